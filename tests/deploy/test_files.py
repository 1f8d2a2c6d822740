"""What `deploy/` gives an operator is what the programs that read it take, and names what is there."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from timecredits.cli import cli
from timecredits.foundation.places import CONFIG, ROOT

DEPLOY = ROOT / "deploy"
UNITS = sorted((DEPLOY / "systemd").iterdir())
SERVICES = 4


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_systemd_takes_each_unit(unit: Path, tmp_path: Path) -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd is not on this machine")
    for each in UNITS:  # where the program really is; else that alone would be found
        (tmp_path / each.name).write_text(each.read_text().replace("/opt/timecredits/bin/timecredits", "/bin/true"))
    ran = subprocess.run(  # noqa: S603
        ["systemd-analyze", "verify", str(tmp_path / unit.name)],  # noqa: S607
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ran.returncode, ran.stdout + ran.stderr) == (0, "")


def commands_of(text: str) -> set[str]:
    return set(re.findall(r"timecredits/bin/timecredits ([a-z-]+)", text))


def test_units_call_commands_that_there_are() -> None:
    called = {command for unit in UNITS for command in commands_of(unit.read_text())}
    assert called
    assert called <= set(cli.commands), called - set(cli.commands)


def test_each_service_is_shut_in_alike() -> None:
    shut_in = []
    for unit in (each for each in UNITS if each.suffix == ".service"):
        service = unit.read_text()
        shut_in.append(service[service.index("NoNewPrivileges=yes") :].partition("\n[Install]")[0].strip())
    assert len(shut_in) == SERVICES
    assert len(set(shut_in)) == 1


def test_settings_are_known_by_name() -> None:
    named = re.findall(r"^([A-Z_]+)=", (DEPLOY / "settings.example").read_text(), re.MULTILINE)
    known = CONFIG.read_text()
    assert named
    assert [name for name in named if f'"{name}"' not in known] == []


def test_the_image_is_made_of_what_is_here() -> None:
    text = (DEPLOY / "Containerfile").read_text()
    assert "requirements.txt" in text
    assert (ROOT / "requirements.txt").is_file()
    [version] = set(re.findall(r"python:(3\.\d+)-", text))
    assert version in {"3.11", "3.12", "3.13"}
    assert "USER timecredits" in text


def test_nginx_takes_its_file(tmp_path: Path) -> None:
    nginx = shutil.which("nginx")
    if nginx is None:
        pytest.skip("nginx is not on this machine")
    text = (DEPLOY / "nginx.conf").read_text()
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    make = ["openssl", "req", "-x509", "-newkey", "ed25519", "-nodes", "-subj", "/CN=localhost"]
    subprocess.run([*make, "-keyout", str(key), "-out", str(certificate)], check=True, capture_output=True)  # noqa: S603
    text = re.sub(r"ssl_certificate_key [^;]+;", f"ssl_certificate_key {key};", text)
    text = re.sub(r"ssl_certificate [^;]+;", f"ssl_certificate {certificate};", text)
    text = text.replace("/var/log/nginx", str(tmp_path))
    whole = tmp_path / "nginx.conf"
    whole.write_text(f"pid {tmp_path}/pid;\nerror_log {tmp_path}/error.log;\nevents {{}}\nhttp {{\n{text}\n}}\n")
    ran = subprocess.run([nginx, "-t", "-c", str(whole)], capture_output=True, text=True, check=False)  # noqa: S603
    assert ran.returncode == 0, ran.stderr
