"""Where each of the three machines listens, their passwords, and etcd.yml and patroni.yml filled in for each."""

import secrets
import socket
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from string import Template

from sqlalchemy import URL

__all__ = ["DATABASE", "HOST", "OWNER", "Place", "Plan", "free_ports", "make_plan", "write_files"]

HERE = Path(__file__).parent
HOST = "127.0.0.1"
DATABASE = OWNER = "timecredits"
NAMES = ("ash", "birch", "cedar")
_SUPERUSER = "postgres"


@dataclass(frozen=True, slots=True)
class Place:
    """One machine: its name, the folder of all its files, and its four ports."""

    name: str
    folder: Path
    postgresql_port: int
    patroni_port: int
    etcd_port: int
    etcd_peer_port: int


@dataclass(frozen=True, slots=True)
class Plan:
    """The three, and the passwords that they share."""

    places: Sequence[Place]
    owner_password: str = field(default_factory=secrets.token_hex)
    superuser_password: str = field(default_factory=secrets.token_hex)
    replication_password: str = field(default_factory=secrets.token_hex)
    rewind_password: str = field(default_factory=secrets.token_hex)
    api_password: str = field(default_factory=secrets.token_hex)

    def url(self) -> str:
        """DATABASE_URL: all three, of which the application takes the one that takes writes."""
        return self._url(OWNER, self.owner_password, DATABASE, self.places, "read-write")

    def url_of(self, place: Place) -> str:
        """The same database on one machine, primary or not: to look at what that one holds."""
        return self._url(OWNER, self.owner_password, DATABASE, [place], "any")

    def superuser_url(self) -> str:
        """For what only PostgreSQL's superuser may do, on the primary."""
        return self._url(_SUPERUSER, self.superuser_password, _SUPERUSER, self.places, "read-write")

    def _url(self, user: str, password: str, database: str, places: Sequence[Place], which: str) -> str:
        hosts = tuple(f"{HOST}:{place.postgresql_port}" for place in places)
        query = {"host": hosts, "target_session_attrs": which, "connect_timeout": "2"}
        made = URL.create("postgresql+psycopg", username=user, password=password, database=database, query=query)
        return made.render_as_string(hide_password=False)


def make_plan(folder: Path) -> Plan:
    """Three machines on this one, with fresh passwords and on ports that are free now."""
    ports = iter(free_ports(4 * len(NAMES)))
    return Plan([Place(name, folder / name, next(ports), next(ports), next(ports), next(ports)) for name in NAMES])


def free_ports(count: int) -> list[int]:
    """So many different ports of this machine on which nobody listens."""
    with ExitStack() as open_ones:
        found = []
        for _ in range(count):
            probe = open_ones.enter_context(socket.socket())
            probe.bind((HOST, 0))
            found.append(probe.getsockname()[1])
    return found


def write_files(plan: Plan, place: Place, programs: Path) -> tuple[Path, Path]:
    """Write this machine's two files, for its owner's eyes only; answers etcd's and Patroni's. `programs`: PostgreSQL's."""
    words = {
        "name": place.name,
        "folder": place.folder,
        "host": HOST,
        "network": f"{HOST}/32",
        "programs": programs,
        "postgresql_port": place.postgresql_port,
        "patroni_port": place.patroni_port,
        "etcd_port": place.etcd_port,
        "etcd_peer_port": place.etcd_peer_port,
        "etcd_hosts": ", ".join(f"'{HOST}:{each.etcd_port}'" for each in plan.places),
        "etcd_cluster": ",".join(f"{each.name}=http://{HOST}:{each.etcd_peer_port}" for each in plan.places),
        "superuser_password": plan.superuser_password,
        "replication_password": plan.replication_password,
        "rewind_password": plan.rewind_password,
        "api_password": plan.api_password,
    }
    written = []
    for name in ("etcd.yml", "patroni.yml"):
        file = place.folder / name
        file.touch(mode=0o600)
        file.write_text(Template((HERE / name).read_text()).substitute(words))
        written.append(file)
    return written[0], written[1]
