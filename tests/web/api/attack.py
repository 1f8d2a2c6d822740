"""`python -m tests.web.api.attack [examples each]`: schemathesis against a served API, with every key that there is.

Four phases: the examples of the description, its limits, chance, and calls one after another. Each caller (a till, a partner with
every scope, nobody) calls all there is; no answer may be a fault of ours (5xx) or other than described. The examples are of ids
that exist (attack_world.py). Every operation must be reached with success by one of them: an attack that only ever hears "no"
shows nothing, and ends with 1.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.request import urlopen

from tests.real.served import served
from tests.web.api.attack_world import Attacked, build_attacked, with_real_ids
from timecredits.foundation import migrating
from timecredits.foundation.db import make_engine, transaction
from timecredits.foundation.keys import Keyring

EXAMPLES = 10
_SECRET = "only-for-what-is-thrown-away-0123456789"
_ENVIRONMENT = {"SECRET_KEY": _SECRET, "API_CALLS_A_MINUTE": "100000000"}
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
def api() -> Iterator[tuple[str, Attacked]]:
    """A served API, and the small world behind it."""
    with tempfile.TemporaryDirectory(prefix="timecredits-attack-") as folder:
        url = f"sqlite:///{folder}/timecredits.db"
        migrating.upgrade(url)
        engine = make_engine(url)
        with transaction(engine) as session:
            attacked = build_attacked(session, Keyring.from_secret(_SECRET))
        engine.dispose()
        with served("timecredits.app:create_app()", url, environment=_ENVIRONMENT) as site:
            yield site.url, attacked


def attack(site: str, key: str, description: Mapping[str, Any], *, examples: int, folder: Path) -> Attack:
    """Let one caller call all there is."""
    report, described = folder / "calls.har", folder / "openapi.json"
    described.write_text(json.dumps(description))
    command = [str(Path(sys.executable).parent / "schemathesis"), "run", str(described), "--url", f"{site}/api/v1", "--no-color"]
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


def describe(site: str) -> dict[str, Any]:
    """The API's own description of itself."""
    with urlopen(f"{site}/api/v1/openapi.json") as answer:  # noqa: S310  our own server
        described: dict[str, Any] = json.load(answer)
    return described


def operations(described: Mapping[str, Any]) -> dict[str, re.Pattern[str]]:
    """Each described operation, and what its calls look like."""
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
    with api() as (site, attacked), tempfile.TemporaryDirectory() as temporary:
        plain = describe(site)
        calls, description = operations(plain), with_real_ids(plain, attacked)
        for name, key in attacked.keys.items():
            met = attack(site, key, description, examples=examples, folder=Path(temporary))
            fine = met.content and not met.crashes and met.calls > 0
            print(
                f"{name}: {met.calls} calls, {met.crashes} answered 5xx, {'as described' if met.content else 'NOT as described'}"
            )
            if not fine:
                print(met.said[-6000:], file=sys.stderr)
            bad = bad or not fine
            reached |= {operation for operation, call in calls.items() if any(map(call.fullmatch, met.reached))}
    unreached = sorted(calls.keys() - reached)
    print(f"{len(reached)} of {len(calls)} operations answered 2xx; not: {', '.join(unreached) or 'none'}")
    return 1 if bad or unreached else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
