"""The file of keys: what is taken from it, and the one line said of each thing that is wrong with it."""

from base64 import urlsafe_b64encode
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.foundation.signing_samples import certificate, der, key_pem, pem, private_key
from timecredits.foundation.key_file import KeyFileError, read_key_file, signing_keys
from timecredits.foundation.keys import Keyring, KeyTimes

SECRET_KEY = "an application secret of the tests, 0123456789"
SECRET = bytes(range(32))
WRITTEN = urlsafe_b64encode(SECRET).decode()
MINIMAL = f'current = 2\n[secrets]\n1 = "SECRET_KEY"\n2 = "{WRITTEN}"\n'
KEY = private_key()
CERTIFICATE = certificate(KEY)


def written(folder: Path, text: str | bytes, name: str = "keys.toml", mode: int = 0o600) -> Path:
    file = folder / name
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    file.chmod(mode)
    return file


def documents(certificates: str | None = None, private: str | None = None, earlier: str | None = None) -> str:
    lines = [MINIMAL, "[documents]"]
    for name, text in (("certificates", certificates), ("private_key", private), ("earlier", earlier)):
        if text is not None:
            lines.append(f'{name} = """\n{text}"""')
    return "\n".join(lines)


def test_without_a_file_there_is_one_key_and_documents_are_not_signed() -> None:
    keys = signing_keys({"SIGNING_KEYS": "", "SECRET_KEY": SECRET_KEY, "TIMECREDITS_ENV": "production"})
    assert keys.keyring == Keyring.from_secret(SECRET_KEY)
    assert keys.keyring.current == 1
    assert (keys.documents, keys.trusted) == (None, ())


def test_secrets_are_read_and_the_application_secret_goes_on_as_the_number_it_had(tmp_path: Path) -> None:
    keys = read_key_file(written(tmp_path, MINIMAL), secret_key=SECRET_KEY, private=True)
    before = Keyring.from_secret(SECRET_KEY)
    assert keys.keyring.signing_key("anything") == (2, Keyring({2: SECRET}, 2).key("anything"))
    assert keys.keyring.key("anything", 1) == before.key("anything")
    assert keys.documents is None


def test_a_secret_may_have_days_in_either_spelling_of_toml(tmp_path: Path) -> None:
    other = urlsafe_b64encode(bytes(range(1, 33))).decode()
    text = f"""
current = 3
[secrets]
1 = {{ secret = "SECRET_KEY", retires = 2027-07-01 }}
[secrets.3]
secret = "{WRITTEN}"
from = 2020-12-01
[secrets.4]
secret = "{other}"
"""
    keys = read_key_file(written(tmp_path, text), secret_key=SECRET_KEY).keyring
    assert keys.secrets == {1: SECRET_KEY.encode(), 3: SECRET, 4: bytes(range(1, 33))}
    assert keys.times == {  # days as the United Kingdom has them: in July an hour before UTC's
        1: KeyTimes(None, datetime(2027, 6, 30, 23, tzinfo=UTC)),
        3: KeyTimes(datetime(2020, 12, 1, tzinfo=UTC), None),
        4: KeyTimes(),
    }


@given(st.dictionaries(st.integers(0, 31), st.binary(min_size=32, max_size=32), min_size=1), st.data())
@settings(max_examples=50, deadline=None)
def test_any_secrets_come_back_as_written(
    tmp_path_factory: pytest.TempPathFactory, secrets: dict[int, bytes], data: st.DataObject
) -> None:
    assume(len(set(secrets.values())) == len(secrets))
    current = data.draw(st.sampled_from(sorted(secrets)))
    lines = [f"current = {current}", "[secrets]"]
    for number, secret in secrets.items():
        shown = urlsafe_b64encode(secret).decode()
        lines.append(f'{number} = "{shown if data.draw(st.booleans()) else shown.rstrip("=")}"')
    file = written(tmp_path_factory.mktemp("keys"), "\n".join(lines))
    assert read_key_file(file, secret_key=SECRET_KEY).keyring == Keyring(secrets, current)


def test_documents_are_signed_with_what_the_file_holds(tmp_path: Path) -> None:
    old_key = private_key()
    old = certificate(old_key)
    keys = read_key_file(written(tmp_path, documents(pem(CERTIFICATE), key_pem(KEY), pem(old))), secret_key=SECRET_KEY)
    assert keys.documents is not None
    assert keys.documents.chain == (der(CERTIFICATE),)
    assert keys.trusted == ((der(CERTIFICATE),), (der(old),))


def test_only_earlier_certificates_mean_that_nothing_new_is_signed(tmp_path: Path) -> None:
    keys = read_key_file(written(tmp_path, documents(earlier=pem(CERTIFICATE))), secret_key=SECRET_KEY)
    assert keys.documents is None
    assert keys.trusted == ((der(CERTIFICATE),),)


def test_certificates_and_key_may_stand_in_files_beside_it(tmp_path: Path) -> None:
    root_key = private_key()
    root = certificate(root_key, "Root CA")
    own = certificate(KEY, issuer=root, issuer_key=root_key)
    written(tmp_path, pem(own, root), "chain.pem", mode=0o644)
    key_file = written(tmp_path, key_pem(KEY), "key.pem")
    file = written(tmp_path, f'{MINIMAL}[documents]\ncertificates = "chain.pem"\nprivate_key = "key.pem"\n')
    keys = read_key_file(file, secret_key=SECRET_KEY, private=True)
    assert keys.documents is not None
    assert keys.documents.chain == (der(own), der(root))
    key_file.chmod(0o640)
    with pytest.raises(KeyFileError, match=r"others can open .*key\.pem\. Run: chmod 600"):
        read_key_file(file, secret_key=SECRET_KEY, private=True)


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644, 0o777])
def test_in_production_a_file_that_others_can_open_is_refused(tmp_path: Path, mode: int) -> None:
    file = written(tmp_path, MINIMAL, mode=mode)
    settings = {"SIGNING_KEYS": str(file), "SECRET_KEY": SECRET_KEY}
    with pytest.raises(KeyFileError, match="chmod 600") as refusal:
        signing_keys(settings | {"TIMECREDITS_ENV": "production"})
    assert str(file) in str(refusal.value)
    assert signing_keys(settings | {"TIMECREDITS_ENV": "development"}).keyring.current == 2


ROOT_KEY = private_key()
ROOT = certificate(ROOT_KEY, "Root CA")
WRONG = {
    "empty": ("", "secrets"),
    "no TOML": ("current = = 2\n" + MINIMAL, "line 1"),
    "nested without end": ("x = " + "[" * 5000, "TOML"),
    "bytes": (b"\xff\xfe\x00", "not text"),
    "no current": (MINIMAL.replace("current", "#"), "current"),
    "current not listed": (MINIMAL.replace("current = 2", "current = 3"), "current"),
    "current is true": (MINIMAL.replace("current = 2", "current = true"), "current"),
    "current is text": (MINIMAL.replace("current = 2", 'current = "2"'), "current"),
    "secrets are a list": ("current = 1\nsecrets = [1]", "secrets"),
    "number too high": (MINIMAL + f'32 = "{WRITTEN}"', "0 to 31"),
    "number with a nought": (MINIMAL + f'03 = "{WRITTEN}"', "0 to 31"),
    "number in words": (MINIMAL + f'three = "{WRITTEN}"', "0 to 31"),
    "number in other digits": (MINIMAL + f'"٣" = "{WRITTEN}"', "0 to 31"),
    "short secret": (MINIMAL + '3 = "c2hvcnQ"', "secret 3"),
    "long secret": (MINIMAL + f'3 = "{WRITTEN}{WRITTEN}"', "secret 3"),
    "secret is a number": (MINIMAL + "3 = 7", "secret 3"),
    "secret in other base64": (MINIMAL + f'3 = "{"+" * 43}"', "secret 3"),
    "a table without a secret": (MINIMAL + "[secrets.3]\nfrom = 2026-12-01", "secret 3"),
    "misspelt in a table": (MINIMAL + f'[secrets.3]\nsecret = "{WRITTEN}"\nuntil = 2026-12-01', "'until'"),
    "from is text": (MINIMAL + f'[secrets.3]\nsecret = "{WRITTEN}"\nfrom = "2026-12-01"', "a day such as"),
    "from has an hour": (MINIMAL + f'[secrets.3]\nsecret = "{WRITTEN}"\nfrom = 2026-12-01T10:00:00Z', "a day such as"),
    "from in the year 1": (MINIMAL + f'[secrets.3]\nsecret = "{WRITTEN}"\nfrom = 0001-01-01', "a day such as"),
    "retires in the year 9999": (MINIMAL + f'[secrets.3]\nsecret = "{WRITTEN}"\nretires = 9999-12-31', "a day such as"),
    "retires before it signs": (
        MINIMAL + f'[secrets.3]\nsecret = "{WRITTEN}"\nfrom = 2026-12-01\nretires = 2026-12-01',
        "retires before it signs",
    ),
    "the same secret twice": (MINIMAL + f'3 = "{WRITTEN}"', "the same secret"),
    "no key for today": (f'current = 1\n[secrets.1]\nsecret = "{WRITTEN}"\nfrom = 2199-01-01', "none may sign today"),
    "all have retired": (f'current = 1\n[secrets.1]\nsecret = "{WRITTEN}"\nretires = 2020-01-01', "none may sign today"),
    "misspelt": (MINIMAL + "[document]\n", "'document'"),
    "misspelt within": (MINIMAL + '[documents]\ncertificate = ""', "'certificate'"),
    "documents are text": ('documents = "x"\n' + MINIMAL, "documents"),
    "certificate is a number": (documents() + "\ncertificates = 7\nprivate_key = 8", "certificates"),
    "certificate without key": (documents(pem(CERTIFICATE)), "both"),
    "key without certificate": (documents(None, key_pem(KEY)), "both"),
    "no certificate in it": (documents("-----BEGIN nothing", key_pem(KEY)), "certificates"),
    "no key in it": (documents(pem(CERTIFICATE), "-----BEGIN nothing"), "private_key"),
    "earlier is none": (documents(earlier="-----BEGIN nothing"), "earlier"),
    "a file that is not there": (MINIMAL + '[documents]\ncertificates = "no.pem"\nprivate_key = "no.pem"', "no.pem"),
    "a name that can't be": (MINIMAL + '[documents]\ncertificates = "a\\u0000b"\nprivate_key = "x"', "can't be opened"),
    "another's key": (documents(pem(CERTIFICATE), key_pem(private_key())), "belong"),
    "weak key": (documents(pem(certificate(weak := private_key("RSA-1024"))), key_pem(weak)), "2048"),
    "chain in another order": (documents(pem(CERTIFICATE, ROOT), key_pem(KEY)), "first"),
    "no name": (documents(pem(certificate(KEY, "")), key_pem(KEY)), "no name"),
    "not for signing": (documents(pem(certificate(KEY, signs=False)), key_pem(KEY)), "not for signing"),
}


@pytest.mark.parametrize(("text", "says"), WRONG.values(), ids=WRONG.keys())
def test_what_is_wrong_is_said_in_one_line_without_any_secret(tmp_path: Path, text: str | bytes, says: str) -> None:
    file = written(tmp_path, text)
    with pytest.raises(KeyFileError) as refusal:
        read_key_file(file, secret_key=SECRET_KEY)
    said = str(refusal.value)
    assert says in said
    assert said.startswith("SIGNING_KEYS: ")
    assert str(tmp_path) in said
    assert len(said.splitlines()) == 1
    assert WRITTEN[:20] not in said
    assert SECRET_KEY not in said


def test_a_key_with_a_password_is_told_as_such(tmp_path: Path) -> None:
    from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, PrivateFormat

    locked = KEY.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"x")).decode()
    with pytest.raises(KeyFileError, match="password"):
        read_key_file(written(tmp_path, documents(pem(CERTIFICATE), locked)), secret_key=SECRET_KEY)


@pytest.mark.parametrize("name", ["missing.toml", ".", "keys\0.toml", "x" * 300])
def test_a_file_that_can_not_be_opened_is_named_with_what_to_do(tmp_path: Path, name: str) -> None:
    with pytest.raises(KeyFileError, match=r"can't be opened .*timecredits signing-keys make FILE"):
        read_key_file(tmp_path / name, secret_key=SECRET_KEY)


def test_a_file_too_large_is_refused(tmp_path: Path) -> None:
    with pytest.raises(KeyFileError, match="too large"):
        read_key_file(written(tmp_path, MINIMAL + "#" * 300_000), secret_key=SECRET_KEY)


@given(st.text(max_size=200) | st.just(MINIMAL).flatmap(lambda text: st.integers(0, len(text)).map(lambda at: text[:at])))
@settings(max_examples=150, deadline=None)
def test_any_text_is_read_or_refused_in_one_line(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    file = tmp_path_factory.getbasetemp() / "any.toml"
    file.write_bytes(text.encode(errors="replace"))
    try:
        keys = read_key_file(file, secret_key=SECRET_KEY)
    except KeyFileError as refusal:
        assert len(str(refusal).splitlines()) == 1  # noqa: PT017  either outcome is right
    else:
        assert keys.keyring.current in keys.keyring.secrets


def test_keys_show_no_secret(tmp_path: Path) -> None:
    keys = read_key_file(written(tmp_path, documents(pem(CERTIFICATE), key_pem(KEY))), secret_key=SECRET_KEY)
    assert repr(SECRET)[2:20] not in repr(keys)
    assert "private_key" not in repr(keys)
