"""Three machines with the demo on them, to look around and to pull plugs.

    python -m examples.ha up            from the checkout; Ctrl-C ends it and forgets everything

Type a machine's name and Enter to pull its plug, and again to switch it on. `freeze NAME` and `thaw NAME` do what they say.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

from examples.ha.cluster import Cluster, end_in_good_order
from examples.ha.configuration import HOST, free_ports
from examples.ha.machines import Machine
from examples.ha.needed import MissingError, Needed, find_needed
from tests.static.tools import ROOT

_SECRET = "only-for-the-example-0123456789abcdef"  # noqa: S105 - of a database that lives until Ctrl-C
_COMMANDS: Mapping[str, Callable[[Machine], None]] = {"freeze": Machine.freeze, "thaw": Machine.thaw}


def main(arguments: list[str]) -> int:
    """Run it until Ctrl-C."""
    if arguments != ["up"]:
        print(__doc__, file=sys.stderr)
        return 2
    end_in_good_order()
    try:
        needed = find_needed()
    except MissingError as missing:
        print(missing, file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory(prefix="timecredits-ha-", ignore_cleanup_errors=True) as name, suppress(KeyboardInterrupt):
        folder = Path(name)
        folder.chmod(0o755)  # the programs may run as another user
        _up(folder, needed)
    return 0


def _up(folder: Path, needed: Needed) -> None:
    cluster = Cluster(folder, needed)
    try:
        print("Starting three machines ...", flush=True)
        cluster.start()
        cluster.make_database()
        port = free_ports(1)[0]
        command = [sys.executable, "-m", "timecredits.cli", "demo", "--port", str(port)]
        environment = {**os.environ, "DATABASE_URL": cluster.plan.url(), "SECRET_KEY": _SECRET, "TIMECREDITS_ENV": "demo"}
        site = subprocess.Popen(command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, start_new_session=True)  # noqa: S603
        try:
            _tell(cluster, needed, port)
            _obey(cluster)
            site.wait()
        finally:
            site.terminate()
            site.wait()
    finally:
        print("Ending.")
        cluster.kill()


def _tell(cluster: Cluster, needed: Needed, port: int) -> None:
    print(f"The site comes up on http://{HOST}:{port}\nDATABASE_URL={cluster.plan.url()}")
    for machine in cluster.machines:
        print(f"  {machine.name:<6} PostgreSQL on port {machine.place.postgresql_port}, files in {machine.place.folder}")
    file = cluster.machines[0].place.folder / "patroni.yml"
    print(f"Who is primary: {needed.patroni.with_name('patronictl')} -c {file} list", flush=True)


def _obey(cluster: Cluster) -> None:
    machines = {machine.name: machine for machine in cluster.machines}
    for line in sys.stdin:
        *verb, name = line.split() or [""]
        machine = machines.get(name)
        if machine is None or verb not in ([], ["freeze"], ["thaw"]):
            print(f"A name ({', '.join(machines)}), or freeze or thaw and a name.")
        elif verb:
            _COMMANDS[verb[0]](machine)
        elif machine.etcd.is_running:
            machine.kill()
            print(f"{name} is off.")
        else:
            machine.start()
            print(f"{name} is on.")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
