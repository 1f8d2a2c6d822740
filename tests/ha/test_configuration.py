"""The files that three machines read, and the address that names all of them."""

import socket
import stat
from pathlib import Path
from typing import Any

import pytest
import yaml
from sqlalchemy import create_engine, make_url

from examples.ha.configuration import HOST, Plan, free_ports, make_plan, write_files

PROGRAMS = Path("/usr/lib/postgresql/18/bin")


@pytest.fixture
def plan(tmp_path: Path) -> Plan:
    made = make_plan(tmp_path)
    for place in made.places:
        place.folder.mkdir()
    return made


def read(plan: Plan, which: int) -> list[dict[str, Any]]:
    """etcd.yml (0) or patroni.yml (1) of each machine."""
    return [yaml.safe_load(write_files(plan, place, PROGRAMS)[which].read_text()) for place in plan.places]


def test_a_commit_waits_for_whichever_standby_is_first(plan: Plan) -> None:
    for said in read(plan, 1):
        agreed = said["bootstrap"]["dcs"]
        assert (agreed["synchronous_mode"], agreed["synchronous_node_count"]) == ("quorum", 1)
        assert "synchronous_commit" not in agreed["postgresql"]["parameters"]  # the default, `on`, is what waits


def test_patroni_would_not_have_to_mend_its_times(plan: Plan) -> None:
    for said in read(plan, 1):
        agreed = said["bootstrap"]["dcs"]
        assert agreed["ttl"] >= 20
        assert agreed["loop_wait"] + 2 * agreed["retry_timeout"] <= agreed["ttl"]


def test_every_machine_knows_all_three(plan: Plan) -> None:
    etcds, patronis = read(plan, 0), read(plan, 1)
    assert len({said["initial-cluster"] for said in etcds}) == 1
    peers = dict(each.split("=") for each in etcds[0]["initial-cluster"].split(","))
    assert {said["name"]: said["listen-peer-urls"] for said in etcds} == peers
    assert {tuple(said["etcd3"]["hosts"]) for said in patronis} == {
        tuple(said["listen-client-urls"].removeprefix("http://") for said in etcds)
    }
    assert [said["name"] for said in etcds] == [said["name"] for said in patronis]


def test_patroni_can_speak_to_an_etcd_that_reads_a_file(plan: Plan) -> None:
    assert all(said["enable-grpc-gateway"] is True for said in read(plan, 0))


def test_nothing_listens_to_other_machines_and_nobody_comes_in_without_a_password(plan: Plan) -> None:
    for said in read(plan, 1):
        assert said["restapi"]["listen"].startswith(f"{HOST}:")
        assert said["postgresql"]["listen"].startswith(f"{HOST}:")
        assert {rule.split()[-1] for rule in said["postgresql"]["pg_hba"]} == {"scram-sha-256"}
        assert {rule.split()[-2] for rule in said["postgresql"]["pg_hba"]} == {f"{HOST}/32"}


def test_only_their_owner_reads_the_files(plan: Plan) -> None:
    for place in plan.places:
        for file in write_files(plan, place, PROGRAMS):
            assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_every_plan_has_passwords_of_its_own(tmp_path: Path) -> None:
    seen = [
        getattr(plan, name)
        for plan in (make_plan(tmp_path), make_plan(tmp_path))
        for name in Plan.__dataclass_fields__
        if name.endswith("password")
    ]
    assert len(set(seen)) == len(seen) == 10
    assert min(map(len, seen)) >= 32


def test_the_address_names_all_three_and_asks_for_the_one_that_takes_writes(plan: Plan) -> None:
    url = make_url(plan.url())
    engine = create_engine(url)
    _none, options = engine.dialect.create_connect_args(url)
    assert options["host"] == ",".join([HOST] * 3)
    assert options["port"] == ",".join(str(place.postgresql_port) for place in plan.places)
    assert (options["target_session_attrs"], options["dbname"]) == ("read-write", "timecredits")
    one = make_url(plan.url_of(plan.places[1]))
    assert engine.dialect.create_connect_args(one)[1]["port"] == str(plan.places[1].postgresql_port)


def test_ports_are_free_and_no_two_the_same() -> None:
    ports = free_ports(12)
    assert len(set(ports)) == 12
    for port in ports:
        with socket.socket() as taken:
            taken.bind((HOST, port))
