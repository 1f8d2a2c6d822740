"""`timecredits signing-keys`: makes the file that SIGNING_KEYS names, and lets its keys change. See foundation/key_file.py."""

import os
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import wraps
from pathlib import Path
from typing import Any, Final

import click

import timecredits.insight.impact_models
import timecredits.insight.roll_up_models  # noqa: F401  sealed words are looked for in every table
from timecredits.commands.database import open_engine, owner_url, settings, stop
from timecredits.commands.document_keys import DEFAULT_NAME, new_documents, renewed_documents
from timecredits.commands.key_changing import KeyChangeError, new_secret, stops_signing, with_key, with_retirement
from timecredits.commands.key_file_text import as_toml, changed_text, fill, replace
from timecredits.foundation import clock
from timecredits.foundation.db import make_engine
from timecredits.foundation.key_file import (
    SAME_AS_SECRET_KEY,
    KeyFileError,
    SigningKeys,
    parse_key_file,
    read_key_file,
    signing_keys,
)
from timecredits.foundation.keys import Keyring
from timecredits.foundation.purposes import PURPOSES, dying
from timecredits.records.privacy.holdings import need_every_table
from timecredits.records.resealing import count_sealed, reseal

__all__ = ["open_keys", "signing_keys_command"]

_LONGEST_NAME: Final = 64
_FILE = click.argument("file", type=click.Path(path_type=Path))
_NAME = click.option("--name", help=f"Whom readers of a signed PDF see as its signer.  [default: {DEFAULT_NAME}, or as before]")


def open_keys() -> SigningKeys:
    """The keys of this installation's settings. Stops with one line, exit 2, when SIGNING_KEYS can't be used."""
    try:
        return signing_keys(settings())
    except KeyFileError as fault:
        stop(fault)


class _MakesByItself(click.Group):
    """`signing-keys FILE` goes on being the same as `signing-keys make FILE`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put in `make` where no command is named."""
        if args and args[0] not in {*self.commands, *ctx.help_option_names}:
            args = ["make", *args]
        return super().parse_args(ctx, args)


@click.group("signing-keys", cls=_MakesByItself)
def signing_keys_command() -> None:
    """The file of keys that SIGNING_KEYS names: `make` it, put in a new key (`rotate`), `list` them, let one `retire`."""


def _changes(command: Callable[..., list[str]]) -> Callable[..., None]:
    """Say what a command answers; turn what it can't do into one line and exit 2."""

    @wraps(command)
    def run(*args: Any, **kwargs: Any) -> None:
        file = kwargs["file"]
        try:
            said = command(*args, **kwargs)
        except KeyFileError as fault:
            stop(f"{fault} Nothing was changed.")
        except KeyChangeError as fault:
            stop(f"{file}: {fault} Nothing was changed.")
        except (OSError, ValueError) as fault:
            stop(f"{file} can't be written: {getattr(fault, 'strerror', None) or 'no such name'}. Nothing was changed.")
        for line in said:
            click.echo(line)

    return run


@signing_keys_command.command("make")
@_FILE
@_NAME
@click.option("--add", is_flag=True, help="The same as: rotate FILE --from today.")
@_changes
def make(file: Path, name: str | None, *, add: bool) -> list[str]:
    """Make FILE, which SIGNING_KEYS then names: the keys for codes, cards, notes and credentials, and for signing documents.

    A new FILE holds SECRET_KEY as number 1, so that what was signed with it goes on being good, and a new secret as number 2.
    Documents are signed with a certificate of our own making, which lasts ten years. FILE is only for its owner to read.
    """
    name = _tidy(name)
    if add:
        return _rotate(file, clock.today(), name)
    signer = name or DEFAULT_NAME
    key = {"secret": new_secret(), "from": clock.today()}
    text = as_toml({"current": 2, "secrets": {"1": SAME_AS_SECRET_KEY, "2": key}, "documents": new_documents(signer)})
    try:
        opened = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        stop(f"{file} is there already, and was left as it is. To put a new key into it: timecredits signing-keys rotate {file}")
    try:
        fill(opened, text)
    except BaseException:
        file.unlink()
        raise
    return [
        f"{file} is made. Key 2 signs; number 1 is SECRET_KEY.",
        f"Documents are signed as {signer}.",
        f"Set SIGNING_KEYS={file.resolve()} and start everything again.",
    ]


@signing_keys_command.command("rotate")
@_FILE
@click.option(
    "--from", "signs_from", metavar="DAY", help="Day from which it signs, such as 2026-12-01, or today.  [default: tomorrow]"
)
@_NAME
@_changes
def rotate(file: Path, signs_from: str | None, name: str | None) -> list[str]:
    """Put a new key into FILE, and keep the old ones for checking.

    It signs from the day of --from on. Copy FILE to every machine and start everything again before that day: then all know the
    key before anything is signed with it. With `--from today` documents get a new certificate too, where we made the old one.
    """
    return _rotate(file, _day(signs_from), _tidy(name))


@signing_keys_command.command("list")
@_FILE
@_changes
def list_keys(file: Path) -> list[str]:
    """Show the numbers in FILE, their days, and which one signs. Never the secrets."""
    opened = _open(file)
    lines = [f"{'number':<8}{'from':<12}{'retires':<12}{'what it does'}"]
    for number in sorted(opened.keyring.secrets):
        written = opened.contents["secrets"][str(number)]
        table = written if isinstance(written, dict) else {"secret": written}
        days = "".join(f"{table.get(name) or '-'!s:<12}" for name in ("from", "retires"))
        of = " (SECRET_KEY)" if table["secret"] == SAME_AS_SECRET_KEY else ""
        lines.append(f"{number:<8}{days}{_state(opened.keyring, number)}{of}")
    return lines


@signing_keys_command.command("retire")
@_FILE
@click.argument("number", type=click.IntRange(0))
@click.option("--on", required=True, metavar="DAY", help="Day from which it checks no more, such as 2027-12-01, or today.")
@click.option("--yes-i-know", "knowing", is_flag=True, help="Do it although things that are still good would die with it.")
@_changes
def retire(file: Path, number: int, on: str, *, knowing: bool) -> list[str]:
    """Let key NUMBER in FILE check no more from a day on. Refused where something would die with it that is still good.

    Words that are sealed with it are counted in the database: `reseal` them first. What it signed is told by its kind.
    """
    opened, day = _open(file), _day(on)
    changed = with_retirement(opened.contents, opened.keyring, number, day)
    stopped = stops_signing(opened.contents, opened.keyring, number)
    if number == opened.keyring.signer() and not knowing:
        raise KeyChangeError(
            f"key {number} signs and seals until {stopped}. Try again from then on. Sooner, it takes --yes-i-know."
        )
    sealed = _count_sealed(number)
    if sealed and not knowing:
        words = ", ".join(f"{count} of {things}" for things, count in sealed.items())
        raise KeyChangeError(
            f"key {number} still seals words ({words}). Run: timecredits signing-keys reseal. With --yes-i-know they go."
        )
    things = [] if stopped is None else [each.things for each in dying(day - stopped)]
    if things and not knowing:
        made = ", ".join(things)
        raise KeyChangeError(f"on {day} what key {number} made may still be good: {made}. With --yes-i-know it dies.")
    replace(opened.file, changed_text(opened.text, changed))
    died = [f"With it dies what it made of: {', '.join([*things, *sealed])}."] if things or sealed else []
    return [
        f"Key {number} in {file} checks nothing from {day} on.",
        *died,
        "Copy it to every machine and start everything again.",
    ]


@signing_keys_command.command("reseal")
def reseal_command() -> None:
    """Seal words in the database anew with the key that signs now, so that older keys can retire. Again does no harm.

    Reasons for opening a concern can be sealed anew by the database's owner alone: set MIGRATE_DATABASE_URL for this command.
    """
    keyring, engine = open_keys().keyring, open_engine()
    owner = make_engine(owner_url(), as_application=False)
    try:
        need_every_table()
        outcome = reseal(engine, keyring, owner=owner)
    finally:
        owner.dispose()
        engine.dispose()
    click.echo(f"Sealed anew with key {keyring.signer()}: {outcome.done}.")
    if outcome.left:
        stop(
            f"Left under older keys: {outcome.left}. They are being changed now, are the owner's to change, or can't be opened."
            " Run it again, to see which stay.",
            code=1,
        )


@dataclass(frozen=True, slots=True)
class _Opened:
    file: Path
    text: str
    contents: Mapping[str, Any]
    keyring: Keyring


def _open(file: Path) -> _Opened:
    """A file of keys as it stands. Raises KeyFileError, so that nothing is built on one that can't be used."""
    file = file.resolve()  # what a link points to is replaced, not the link
    keyring = read_key_file(file, secret_key="").keyring
    return _Opened(file, file.read_text(encoding="utf-8"), parse_key_file(file), keyring)


def _count_sealed(number: int) -> dict[str, int]:
    """How many rows are sealed with a key, by what a person would call them."""
    engine = open_engine()
    try:
        need_every_table()
        counts: Counter[str] = Counter()
        for column, count in count_sealed(engine, number).items():
            counts[PURPOSES[f"seal/{column.purpose}"].things] += count
    finally:
        engine.dispose()
    return counts


def _rotate(file: Path, signs_from: date, name: str | None) -> list[str]:
    opened = _open(file)
    changed, number = with_key(opened.contents, opened.keyring, signs_from)
    if signs_from > clock.today():
        if name is not None:
            raise KeyChangeError("a --name changes the certificate, which signs at once. Give --from today with it.")
        replace(opened.file, changed_text(opened.text, changed))
        return [
            f"{file} has a new key. Key {number} signs from {signs_from} on; until then key {opened.keyring.signer()} does.",
            f"Copy it to every machine and start everything again before {signs_from}, so that all know the new key.",
        ]
    documents, line = renewed_documents(changed.get("documents", {}), name)
    if documents is not None:
        changed["documents"] = documents
    replace(opened.file, changed_text(opened.text, changed))
    return [
        f"{file} has a new key. Key {number} signs; the others go on checking.",
        line,
        "Start everything again, so that all parts know the new key.",
    ]


def _state(keyring: Keyring, number: int) -> str:
    if number == keyring.signer():
        return "signs"
    if number not in keyring.numbers():
        return "retired"
    begins = keyring.times[number].signs_from if number in keyring.times else None
    return "waits" if begins is not None and begins > clock.now() else "checks"


def _tidy(name: str | None) -> str | None:
    if name is not None and not (0 < len(name.strip()) <= _LONGEST_NAME and name.isprintable()):
        stop(f"--name must have 1 to {_LONGEST_NAME} letters, on one line. Nothing was made.")
    return name and name.strip()


def _day(written: str | None) -> date:
    """The day of an option; tomorrow where none was given."""
    if written is None:
        return clock.today() + timedelta(days=1)
    if written == "today":
        return clock.today()
    try:
        return datetime.strptime(written, "%Y-%m-%d").date()  # noqa: DTZ007  a day has no time zone
    except ValueError:
        raise KeyChangeError(f"{written!r} is no day. Write it like 2026-12-01, or today.") from None
