"""What the house promises of itself: small modules, one place that commits, documents that are true, nothing of this machine."""

import ast
import re
import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LONGEST_MODULE = 400
MAY_COMMIT = {"timecredits/web/database.py", "timecredits/foundation/db.py", "timecredits/foundation/mail.py"}
"""The boundary: where a unit of work ends. Mail marks each letter sent in a unit of its own, after the answer has gone out."""

# Written in pieces, so that this file doesn't find itself.
FOREIGN = re.compile(
    "|".join(
        (
            r"/(?:work|root|tmp)/" + r"[a-z]",
            r"/home/" + r"[a-z]",
            r"files\.python" + "hosted",
            r"pypi\." + r"(?:org|python)",
            r"registry\." + r"(?:npmjs|yarnpkg)",
            r"proxy\." + r"golang",
        ),
    ),
)


@cache
def tracked() -> tuple[str, ...]:
    """Every file that is in git or would be."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout  # noqa: S603  git, on our own files
    return tuple(sorted(name for name in said.split("\0") if name and (ROOT / name).is_file()))


def modules(*folders: str) -> list[str]:
    return [name for name in tracked() if name.endswith(".py") and name.startswith(folders)]


def test_no_module_is_too_long() -> None:
    lengths = {
        name: len((ROOT / name).read_text().splitlines()) for name in modules("timecredits/", "tests/", "bench/", "scripts/")
    }
    assert {name: length for name, length in lengths.items() if length > LONGEST_MODULE} == {}


def test_only_the_boundary_commits() -> None:
    committing = set()
    for name in modules("timecredits/"):
        for node in ast.walk(ast.parse((ROOT / name).read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "commit":
                committing.add(name)
    assert committing <= MAY_COMMIT


def test_no_module_is_a_drawer_for_odds_and_ends() -> None:
    names = {Path(name).stem for name in modules("timecredits/")}
    assert not names & {"utils", "util", "helpers", "misc", "common", "services"}


def test_every_make_target_that_the_documents_name_exists() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    for name in tracked():
        if name.endswith(".md"):
            code = re.findall(r"`([^`\n]+)`|^(make .+)$", (ROOT / name).read_text(), re.MULTILINE)
            said = {word for pair in code for word in re.findall(r"^make ([a-z-]+)", "".join(pair))}
            assert said <= targets, name


def test_decisions_are_numbered_without_gaps() -> None:
    numbers = [int(Path(name).name[:4]) for name in tracked() if re.match(r"docs/adr/\d{4}-[a-z0-9-]+\.md$", name)]
    assert numbers == list(range(1, len(numbers) + 1))


def test_what_has_changed_since_the_last_release_has_its_place() -> None:
    assert re.search(r"^## \[?Unreleased\]?", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)


def test_every_link_between_documents_leads_somewhere() -> None:
    for name in tracked():
        if not name.endswith(".md"):
            continue
        for link in re.findall(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)", (ROOT / name).read_text()):
            assert ((ROOT / name).parent / link).exists(), f"{name}: {link}"


def test_comments_name_decisions_that_exist() -> None:
    for name in tracked():
        if name.endswith((".py", ".md", ".toml", ".html", ".scss", ".mjs")):
            for number in re.findall(r"docs/adr/(\d{4})", (ROOT / name).read_text()):
                assert list((ROOT / "docs" / "adr").glob(f"{number}-*.md")), f"{name}: {number}"


def test_nothing_names_a_path_of_one_machine_or_a_package_host() -> None:
    found = {}
    for name in tracked():
        try:
            text = (ROOT / name).read_text()
        except UnicodeDecodeError:
            continue  # a picture or a workbook
        if match := FOREIGN.search(text):
            found[name] = match[0]
    assert found == {}
