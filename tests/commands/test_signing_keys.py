"""The command that makes the file of keys, and the commands that then start with it."""

import os
import stat
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from cryptography import x509

from tests.commands.test_setting_up import run, said
from tests.foundation.signing_samples import MOMENT, certificate, key_pem, letter, pem, private_key
from timecredits.commands.signing_keys import signing_keys_command
from timecredits.foundation.clock import now
from timecredits.foundation.document_signing import DocumentSigner
from timecredits.foundation.key_file import SigningKeys, read_key_file
from timecredits.foundation.keys import Keyring
from timecredits.foundation.signed_documents import SignatureVerdict, judge_signature

SECRET_KEY = "an application secret of the tests, 0123456789"
NO_DATABASE = "sqlite:////nowhere/at/all.db"
PRODUCTION = {
    "TIMECREDITS_ENV": "production",
    "SECRET_KEY": SECRET_KEY,
    "BASE_URL": "https://credits.example.org",
    "MAIL_URL": "smtp://127.0.0.1:2525",
}


def made(*words: str | Path) -> subprocess.CompletedProcess[str]:
    """The command, run in this process: it reads no settings and no database."""
    answer = CliRunner().invoke(signing_keys_command, [str(word) for word in words])
    assert answer.exception is None or isinstance(answer.exception, SystemExit), answer.exception
    return subprocess.CompletedProcess(words, answer.exit_code, answer.stdout, answer.stderr)


def keys_in(file: Path) -> SigningKeys:
    return read_key_file(file, secret_key=SECRET_KEY, private=True)


def test_a_new_file_is_private_and_goes_on_from_the_application_secret(tmp_path: Path) -> None:
    file = tmp_path / "keys.toml"
    answer = made(file, "--name", "Fenland Tîm Credits")
    assert (answer.returncode, answer.stderr) == (0, "")
    assert f"Set SIGNING_KEYS={file}" in answer.stdout
    assert stat.S_IMODE(file.stat().st_mode) == 0o600

    keys = keys_in(file)
    assert keys.keyring.current == 2
    assert sorted(keys.keyring.secrets) == [1, 2]
    assert keys.keyring.key("notes", 1) == Keyring.from_secret(SECRET_KEY).key("notes")
    assert len(keys.keyring.secrets[2]) == 32


def test_the_certificate_is_ours_for_ten_years_and_signs_letters(tmp_path: Path) -> None:
    file = tmp_path / "keys.toml"
    made(file, "--name", "Fenland Tîm Credits")
    keys = keys_in(file)
    assert keys.documents is not None
    own = x509.load_der_x509_certificate(keys.documents.chain[0])
    assert own.subject.rfc4514_string() == own.issuer.rfc4514_string() == "CN=Fenland Tîm Credits"
    usage = own.extensions.get_extension_for_class(x509.KeyUsage).value
    assert (usage.digital_signature, usage.content_commitment, usage.key_cert_sign) == (True, True, False)
    assert own.not_valid_before_utc <= now()
    assert timedelta(days=3650) < own.not_valid_after_utc - now() < timedelta(days=3653)

    signed = DocumentSigner(keys.documents).sign(letter(), moment=now())
    assert judge_signature(signed, keys.trusted) is SignatureVerdict.VALID


def test_two_files_have_nothing_in_common(tmp_path: Path) -> None:
    for name in ("a", "b"):
        made(tmp_path / name)
    first, second = keys_in(tmp_path / "a"), keys_in(tmp_path / "b")
    assert first.keyring.secrets[2] != second.keyring.secrets[2]
    assert first.documents != second.documents


def test_a_file_that_is_there_is_never_written_over(tmp_path: Path) -> None:
    file = tmp_path / "keys.toml"
    file.write_text("precious")
    answer = made(file)
    assert answer.returncode == 2
    assert "was left as it is" in said(answer)
    assert file.read_text() == "precious"


def test_adding_a_key_makes_it_the_current_one_and_keeps_what_the_old_ones_signed(tmp_path: Path) -> None:
    file = tmp_path / "keys.toml"
    made(file, "--name", "Fenland")
    before = keys_in(file)
    assert before.documents is not None
    signed = DocumentSigner(before.documents).sign(letter(), moment=MOMENT)
    for number in (3, 4):
        answer = made(file, "--add")
        assert answer.returncode == 0, answer.stderr
        assert f"Key {number} signs" in answer.stdout
    assert list(tmp_path.iterdir()) == [file], "nothing is left lying beside it"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600

    after = keys_in(file)
    assert after.keyring.current == after.keyring.signer() == 4
    assert before.keyring.secrets.items() < after.keyring.secrets.items()
    assert after.documents is not None
    assert len(after.trusted) == 3
    assert after.trusted[0] == after.documents.chain != before.documents.chain
    assert judge_signature(signed, after.trusted) is SignatureVerdict.VALID
    assert "CN=Fenland" in x509.load_der_x509_certificate(after.documents.chain[0]).subject.rfc4514_string()


def test_a_certificate_from_elsewhere_is_left_alone(tmp_path: Path) -> None:
    root_key, key = private_key(), private_key()
    root = certificate(root_key, "Root CA")
    own = certificate(key, issuer=root, issuer_key=root_key)
    file = tmp_path / "keys.toml"
    made(file)
    head = file.read_text().split("[documents]")[0]
    file.write_text(f'{head}[documents]\ncertificates = """\n{pem(own, root)}"""\nprivate_key = """\n{key_pem(key)}"""\n')
    before = keys_in(file)
    answer = made(file, "--add", "--name", "Another")
    assert "stays as it is" in answer.stdout
    after = keys_in(file)
    assert (after.documents, after.trusted) == (before.documents, before.trusted)
    assert after.keyring.current == 3

    (tmp_path / "own.pem").write_text(pem(own, root))
    (tmp_path / "key.pem").write_text(key_pem(key))
    (tmp_path / "key.pem").chmod(0o600)
    file.write_text(f'{head}[documents]\ncertificates = "own.pem"\nprivate_key = "key.pem"\n')
    assert "stays as it is" in made(file, "--add").stdout
    assert keys_in(file).documents == before.documents


def test_documents_that_were_not_signed_stay_so_until_a_name_is_given(tmp_path: Path) -> None:
    file = tmp_path / "keys.toml"
    made(file)
    file.write_text(file.read_text().split("[documents]")[0])
    assert "not signed" in made(file, "--add").stdout
    assert keys_in(file).documents is None
    assert "signed as Fenland" in made(file, "--add", "--name", "Fenland").stdout
    assert keys_in(file).documents is not None


def test_a_link_keeps_pointing_at_the_file(tmp_path: Path) -> None:
    real, link = tmp_path / "real.toml", tmp_path / "link.toml"
    made(real)
    link.symlink_to(real)
    made(link, "--add")
    assert link.is_symlink()
    assert keys_in(real).keyring.current == 3


def test_the_last_number_can_be_used_and_none_after_it(tmp_path: Path) -> None:
    file = tmp_path / "keys.toml"
    made(file)
    file.write_text(file.read_text().replace("[secrets.2]", "[secrets.30]").replace("current = 2", "current = 30"))
    assert made(file, "--add").returncode == 0
    content = file.read_text()
    answer = made(file, "--add")
    assert answer.returncode == 2
    assert "all numbers up to 31 are used" in said(answer)
    assert file.read_text() == content


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("nowhere/keys.toml",), "can't be written"),
        (("nowhere/keys.toml", "--add"), "can't be opened"),
        (("broken.toml", "--add"), "is not TOML"),
        (("new.toml", "--name", ""), "--name"),
        (("new.toml", "--name", "x" * 65), "--name"),
        (("new.toml", "--name", "two\nlines"), "--name"),
        ((".",), "there already"),
        ((".", "--add"), "can't be opened"),
        (("x" * 300,), "can't be written"),
    ],
)
def test_bad_input_is_said_in_one_line_and_changes_nothing(tmp_path: Path, words: tuple[str, ...], sentence: str) -> None:
    (tmp_path / "broken.toml").write_text("current = = 1")
    answer = made(tmp_path / words[0], *words[1:])
    assert answer.returncode == 2
    assert sentence in said(answer)
    assert [each.name for each in tmp_path.iterdir()] == ["broken.toml"]
    assert (tmp_path / "broken.toml").read_text() == "current = = 1"


def test_help_tells_what_it_does() -> None:
    answer = run(NO_DATABASE, "signing-keys", "--help")
    assert answer.returncode == 0
    for word in ("make", "rotate", "list", "retire", "reseal"):
        assert word in answer.stdout
    assert "SECRET_KEY" in made("make", "--help").stdout


@pytest.mark.parametrize(
    ("command", "content", "mode", "sentence"),
    [
        ("serve", None, 0o600, "can't be opened"),
        ("serve", "nonsense", 0o600, "is not TOML"),
        ("serve", "", 0o644, "chmod 600"),
        ("routes", "", 0o600, "[secrets]"),
    ],
)
def test_what_serves_refuses_a_wrong_file_in_one_line(
    sqlite_url: str, tmp_path: Path, command: str, content: str | None, mode: int, sentence: str
) -> None:
    file = tmp_path / "keys.toml"
    if content is not None:
        file.write_text(content)
        file.chmod(mode)
    answer = run(sqlite_url, command, env=PRODUCTION | {"SIGNING_KEYS": str(file)})
    assert answer.returncode == 2
    assert sentence in said(answer)
    assert said(answer).startswith("SIGNING_KEYS")


def test_the_application_signs_with_the_file(sqlite_url: str, tmp_path: Path) -> None:
    file = tmp_path / "keys.toml"
    made(file, "--name", "Fenland")
    code = (
        "from timecredits.app import create_app\n"
        "config = create_app().config\n"
        "print(config['KEYRING'].current, len(config['DOCUMENT_CERTIFICATES']), bool(config['DOCUMENT_SIGNER']))"
    )
    outcomes = []
    for named in (str(file), ""):
        environment = {**os.environ, **PRODUCTION, "DATABASE_URL": sqlite_url, "SIGNING_KEYS": named}
        outcomes.append(
            subprocess.run(  # noqa: S603
                [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
            ).stdout
        )
    assert outcomes == ["2 1 True\n", "1 0 False\n"]
