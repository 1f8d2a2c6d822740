"""`python -m tests.web.api.attack [examples each]`: schemathesis against a served API, with every key that there is.

Four phases: the examples of the description, its limits, chance, and calls one after another. Each caller (a partner with every
scope, a till, nobody) calls all there is; no answer may be a fault of ours (5xx) or other than described. How many operations
were reached with success between them is said too: an attack that only ever hears "no" shows nothing, and ends with 1.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.request import urlopen

from tests.real.served import served
from tests.spending.shop import earn
from tests.web.world import build_world
from timecredits.foundation import migrating
from timecredits.foundation.db import make_engine, new_id, transaction
from timecredits.network.api_tokens import SCOPES, make_token

EXAMPLES = 10
_ENVIRONMENT = {"SECRET_KEY": "only-for-what-is-thrown-away-0123456789", "API_CALLS_A_MINUTE": "100000000"}
_CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"
_OK, _FAULTS = 0, 1


@dataclass(frozen=True)
class Attack:
    """What one caller met: whether schemathesis was content, the operations that answered 2xx, and how many calls were 5xx."""

    content: bool
    reached: frozenset[str]
    calls: int
    crashes: int
    said: str


@contextmanager
def api() -> Iterator[tuple[str, dict[str, str]]]:
    """A served API with a small world behind it, and its callers' keys by name."""
    with tempfile.TemporaryDirectory(prefix="timecredits-attack-") as folder:
        url = f"sqlite:///{folder}/timecredits.db"
        migrating.upgrade(url)
        engine = make_engine(url)
        with transaction(engine) as session:
            world = build_world(session)
            earn(session, world, 600)
            key = make_token(
                session, world.programme_id, token_id=new_id(), name="Attack", scopes=list(SCOPES), days=30, actor_id=None
            )
            keys = {"partner": key.text or "", "till": world.till_token, "nobody": ""}
        engine.dispose()
        with served("timecredits.app:create_app()", url, environment=_ENVIRONMENT) as site:
            yield site.url, keys


def attack(site: str, key: str, *, examples: int, folder: Path) -> Attack:
    """Let one caller call all there is."""
    report = folder / "calls.har"
    command = [str(Path(sys.executable).parent / "schemathesis"), "run", f"{site}/api/v1/openapi.json", "--no-color"]
    command += ["--checks", _CHECKS, "--phases", "examples,coverage,fuzzing,stateful", "-n", str(examples), "--seed", "1"]
    command += ["--continue-on-failure", "--suppress-health-check", "all", "--report-har-path", str(report)]
    command += ["-H", f"Authorization: Bearer {key}"] if key else []
    ran = subprocess.run(command, cwd=folder, env=dict(os.environ), capture_output=True, text=True, check=False)  # noqa: S603
    if ran.returncode not in {_OK, _FAULTS} or not report.is_file():
        raise RuntimeError(f"schemathesis ended with {ran.returncode}: {ran.stdout[-2000:]}{ran.stderr[-2000:]}")
    entries: list[dict[str, Any]] = json.loads(report.read_text())["log"]["entries"]
    answers = [(each["request"]["method"], each["request"]["url"], int(each["response"]["status"])) for each in entries]
    return Attack(
        content=ran.returncode == _OK,
        reached=frozenset(f"{method} {address}" for method, address, status in answers if 200 <= status < 300),
        calls=len(answers),
        crashes=sum(status >= 500 for *_rest, status in answers),
        said=ran.stdout,
    )


def operations(site: str) -> dict[str, re.Pattern[str]]:
    """Each described operation, and what its calls look like."""
    with urlopen(f"{site}/api/v1/openapi.json") as answer:  # noqa: S310  our own server
        described = json.load(answer)
    return {
        f"{method.upper()} {path}": re.compile(
            rf"{method.upper()} [^?]*/api/v1{re.sub(r'{[^}]+}', '[^/?]+', path)}(?:\?.*)?", re.DOTALL
        )
        for path, methods in described["paths"].items()
        for method in methods
    }


def main(words: list[str]) -> int:
    """Attack as everybody, and say what came of it."""
    examples, bad, reached = int(words[0]) if words else EXAMPLES, False, set[str]()
    with api() as (site, keys), tempfile.TemporaryDirectory() as temporary:
        for name, key in keys.items():
            met = attack(site, key, examples=examples, folder=Path(temporary))
            fine = met.content and not met.crashes and met.calls > 0
            print(
                f"{name}: {met.calls} calls, {met.crashes} answered 5xx, {'as described' if met.content else 'NOT as described'}"
            )
            if not fine:
                print(met.said[-6000:], file=sys.stderr)
            bad = bad or not fine
            reached |= {name for name, call in operations(site).items() if any(map(call.fullmatch, met.reached))}
        unreached = sorted(operations(site).keys() - reached)
    print(f"{len(reached)} of {len(reached) + len(unreached)} operations answered 2xx; not: {', '.join(unreached) or 'none'}")
    bad = bad or not reached
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
