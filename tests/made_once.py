"""What every test's application and engine would make anew, and always the same: made once a process.

Each holds results by all that they are made from, so that a test gets what it would have made itself.
"""

from typing import Any

from flask import Flask
from jinja2.bccache import Bucket, BytecodeCache
from sqlalchemy import Engine
from sqlalchemy.util import LRUCache
from werkzeug.routing import Rule

from timecredits.web.database import db


class CompiledTemplates(BytecodeCache):
    """Templates compiled once for all the applications of this process: each test has one, and compiling took half its time."""

    def __init__(self) -> None:
        self._kept: dict[str, tuple[str, Any]] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give what was compiled from the same text."""
        checksum, code = self._kept.get(bucket.key, ("", None))
        bucket.code = code if checksum == bucket.checksum else None

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what was compiled."""
        self._kept[bucket.key] = bucket.checksum, bucket.code


_TEMPLATES = CompiledTemplates()
_STATEMENTS = 5000
"""How many compiled statements are kept: more than the whole suite has. An engine's own 500 would push one another out."""
_engines: dict[tuple[str, str], Engine] = {}


def compile_addresses_once() -> None:
    """Let Werkzeug take an address apart and compile the functions that build it once, not for each application.

    An application has some four hundred addresses, and they were nine tenths of making one. What comes of a rule rests on its
    text and on the kinds of parts it may hold; those kinds know nothing of the application they were first made for. A rule
    with values of its own is left to Werkzeug.
    """
    compiled: dict[Any, Rule] = {}
    compile_anew = Rule.compile

    def compile_rule(self: Rule) -> None:
        if self.defaults or self.map is None or self.map.host_matching or self.subdomain:
            compile_anew(self)
            return
        key = self.rule, self.merge_slashes, tuple(self.map.converters.items())
        first = compiled.get(key)
        if first is None:
            compile_anew(self)
            compiled[key] = self.empty()
            _take(compiled[key], self)
            return
        _take(self, first)

    Rule.compile = compile_rule  # type: ignore[method-assign]


def _take(rule: Rule, first: Rule) -> None:
    rule._parts, rule._trace, rule._converters = [*first._parts], [*first._trace], {**first._converters}
    rule.arguments |= first.arguments
    rule._build, rule._build_unknown = (
        built.__func__.__get__(rule)  # type: ignore[attr-defined]
        for built in (first._build, first._build_unknown)
    )


def share_statements(engine: Engine, use: str) -> Engine:
    """Let a fresh engine take its statements, compiled, from the first engine of this process for the same kind of database.

    SQLAlchemy keeps them by the statement and by the dialect object, so the dialect is the first one's too. `use` keeps apart
    engines that were not made with the same options.
    """
    first = _engines.get((engine.dialect.name, use))
    if first is None:
        with engine.connect():
            pass  # the dialect asks its server what it can do on the first connection
        engine._compiled_cache = LRUCache(_STATEMENTS)
        _engines[engine.dialect.name, use] = engine
        return engine
    engine.dialect, engine._compiled_cache = first.dialect, first._compiled_cache
    return engine


def share_what_is_compiled(app: Flask) -> Flask:
    """Let this application have the templates and the statements that earlier ones compiled."""
    app.jinja_env.bytecode_cache = _TEMPLATES
    with app.app_context():
        share_statements(db.engine, "application")
    return app
