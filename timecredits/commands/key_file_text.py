"""The file of keys as text: made new, or changed in a few lines, so that what somebody wrote beside them stays."""

import json
import os
import re
import tempfile
import tomllib
from collections.abc import Mapping
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any, Final

__all__ = ["as_toml", "changed_text", "fill", "replace"]

_HEAD: Final = """\
# What this installation signs with. Keep it secret, and keep a copy in a safe place. SIGNING_KEYS names this file.
# `timecredits signing-keys rotate FILE` puts in a new key and keeps the old ones, so that what they signed goes on being good.
"""


def as_toml(contents: Mapping[str, Any]) -> str:
    """Our file as TOML. Its texts are PEM, base64 and file names, for which JSON's way of quoting is TOML's too."""
    secrets = contents["secrets"]
    lines = [_HEAD, f"current = {contents['current']}", "", "[secrets]"]
    lines += [f"{number} = {_value(secret)}" for number, secret in secrets.items() if not isinstance(secret, dict)]
    for number, secret in secrets.items():
        if isinstance(secret, dict):
            lines += ["", _section(f"secrets.{number}", secret)]
    if contents.get("documents"):
        lines += ["", _section("documents", contents["documents"])]
    return "\n".join(lines) + "\n"


def changed_text(text: str, contents: Mapping[str, Any]) -> str:
    """`text` with as few lines changed as make it say `contents`; made new, without its remarks, where that can't be done."""
    before = tomllib.loads(text)
    changed = re.sub(r"(?m)^([ \t]*current[ \t]*=[ \t]*)\d+", rf"\g<1>{contents['current']}", text, count=1)
    for number, secret in contents["secrets"].items():
        if secret != before["secrets"].get(number):
            changed = _with_secret(changed, number, secret, is_new=number not in before["secrets"])
    if contents.get("documents") != before.get("documents"):
        changed = _with_section(changed, "documents", contents["documents"])
    with suppress(tomllib.TOMLDecodeError):
        if tomllib.loads(changed) == contents:
            return changed
    return as_toml(contents)


def _with_secret(text: str, number: str, secret: Any, *, is_new: bool) -> str:
    line = re.compile(rf"(?m)^([ \t]*\"?{number}\"?[ \t]*=[ \t]*)(?:\"[^\"\n]*\"|\{{[^}}\n]*\}})")
    if not is_new and line.search(text):
        inline = "{ " + ", ".join(f"{name} = {_value(value)}" for name, value in secret.items()) + " }"
        return line.sub(lambda found: found[1] + inline, text, count=1)
    if is_new:
        return text.rstrip("\n") + "\n\n" + _section(f"secrets.{number}", secret) + "\n"
    return _with_section(text, f"secrets.{number}", secret)


def _with_section(text: str, name: str, values: Mapping[str, Any]) -> str:
    """The section in the place of the old one, with the remarks that stand on lines of their own; at the end if there is none."""
    found = re.search(rf"(?m)^[ \t]*\[{re.escape(name)}\][^\n]*\n((?:[^\[\n][^\n]*\n?|\n)*)", text)
    if found is None:
        return text.rstrip("\n") + "\n\n" + _section(name, values) + "\n"
    remarks = "".join(f"{line}\n" for line in found[1].splitlines() if line.lstrip().startswith("#"))
    rest = text[found.end() :]
    return text[: found.start()] + _section(name, values) + "\n" + remarks + ("\n" if rest else "") + rest


def _section(name: str, values: Mapping[str, Any]) -> str:
    return "\n".join([f"[{name}]", *(f"{each} = {_value(value)}" for each, value in values.items())])


def _value(value: str | date) -> str:
    if isinstance(value, date):
        return value.isoformat()
    if re.fullmatch(r"(?:[A-Za-z0-9+/= -]*\n)+", value):
        return f'"""\n{value}"""'
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def fill(opened: int, text: str) -> None:
    """Write `text` into an open file, and on the disk, and close it."""
    with os.fdopen(opened, "w", encoding="utf-8") as written:
        written.write(text)
        written.flush()
        os.fsync(written.fileno())


def replace(file: Path, text: str) -> None:
    """Put `text` in the place of `file` at one stroke, for the same owner, readable by that owner only."""
    before = file.stat()
    opened, beside = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")  # made with mode 0600
    try:
        fill(opened, text)
        if (before.st_uid, before.st_gid) != (os.geteuid(), os.getegid()):
            # The operator is often root, and the application is not: it has to be able to read its keys afterwards.
            os.chown(beside, before.st_uid, before.st_gid)
        Path(beside).replace(file)
    except BaseException:
        with suppress(OSError):
            Path(beside).unlink()
        raise
