"""The wheel, away from any checkout: it migrates, serves pages with their styles, prints, and says what is wrong in one line."""

import re
import subprocess
import sys
import sysconfig
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from socket import create_server, socket

import pytest

from tests.deploy.processes import plain_environment, run, serving
from timecredits.foundation.places import ROOT


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder into which the wheel was installed, and nothing else."""
    folder = tmp_path_factory.mktemp("installed")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder / "wheels")]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)  # noqa: S603
    [wheel] = (folder / "wheels").glob("*.whl")
    install = [sys.executable, "-m", "uv", "pip", "install", "--quiet", "--offline", "--no-deps"]
    subprocess.run([*install, "--target", str(folder / "site"), str(wheel)], check=True, capture_output=True)  # noqa: S603
    return folder / "site"


@pytest.fixture
def listener() -> Iterator[socket]:
    with create_server(("127.0.0.1", 0)) as listener:
        yield listener


def environment_of(site: Path, folder: Path, **settings: str) -> dict[str, str]:
    """The wheel's code and the libraries of this environment, but not this checkout: its link is not followed from a path."""
    path = f"{site}:{sysconfig.get_path('purelib')}"
    return plain_environment(PYTHONPATH=path, DATABASE_URL=f"sqlite:///{folder / 'timecredits.db'}", **settings)


def plain_python() -> str:
    """The interpreter without this virtual environment."""
    return str(getattr(sys, "_base_executable", sys.executable))


def test_it_migrates_serves_and_has_its_files(site: Path, tmp_path: Path, listener: socket) -> None:
    address = f"http://127.0.0.1:{listener.getsockname()[1]}"
    environment = environment_of(site, tmp_path, BASE_URL=address, TIMECREDITS_ENV="development")
    where = subprocess.run(  # noqa: S603
        [plain_python(), "-c", "import timecredits; print(timecredits.__file__)"],
        env=environment,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert where.startswith(str(site))

    assert "up to date" in run(["migrate"], environment=environment, folder=tmp_path, python=plain_python())
    run(["create-programme", "Fenland", "--slug", "fenland"], environment=environment, folder=tmp_path, python=plain_python())
    with serving(listener, environment=environment, folder=tmp_path, python=plain_python()):
        with urllib.request.urlopen(f"{address}/", timeout=60) as answer:  # noqa: S310  an address of this test
            page = answer.read().decode()
        [style] = re.findall(r'<link[^>]+rel="stylesheet"[^>]+href="([^"]+)"', page)[:1]
        with urllib.request.urlopen(f"{address}{style}", timeout=60) as answer:  # noqa: S310  an address of this test
            assert answer.status == 200
            assert answer.headers.get_content_type() == "text/css"


def test_it_prints(site: Path, tmp_path: Path) -> None:
    """Fonts and templates for paper are in the wheel too."""
    source = (
        "from timecredits.foundation.places import STATIC_DIST, TEMPLATES\n"
        "assert any((STATIC_DIST / 'fonts-print').glob('*.ttf'))\n"
        "assert (TEMPLATES / 'print' / 'letter.typ').is_file()\n"
    )
    environment = environment_of(site, tmp_path)
    subprocess.run([plain_python(), "-c", source], env=environment, cwd=tmp_path, check=True)  # noqa: S603


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"DATABASE_URL": "nonsense"}, "DATABASE_URL is not a database's address"),
        ({"DATABASE_URL": "postgresql+psycopg://nobody@127.0.0.1:9/none"}, "The database does not answer"),
        ({"DATABASE_URL": "sqlite:////nowhere/at/all.db"}, "The database does not answer"),
        ({}, "The database is behind. Run: timecredits migrate"),
        ({"TIMECREDITS_ENV": "production"}, "SECRET_KEY is not set"),
        ({"PROXY_COUNT": "two"}, "PROXY_COUNT must be a whole number"),
    ],
)
def test_what_is_wrong_stops_the_start_in_one_line(site: Path, tmp_path: Path, settings: dict[str, str], said: str) -> None:
    environment = {**environment_of(site, tmp_path), **settings}
    ran = subprocess.run(  # noqa: S603
        [plain_python(), "-m", "timecredits.cli", "serve"],
        env=environment,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 2
    assert said in ran.stderr
    assert len(ran.stderr.strip().splitlines()) == 1
