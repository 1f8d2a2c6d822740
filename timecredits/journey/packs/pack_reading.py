"""What stands behind a pack's link: each letter as it stands today, its file, and the files of all of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, cast
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from timecredits.foundation import clock
from timecredits.foundation.errors import NotFoundError
from timecredits.journey.checks.check_answers import CheckedLetter, LookWay, answer_about, keep_look
from timecredits.journey.checks.check_codes import show_check_code
from timecredits.journey.letters.letter_record import LetterRecord
from timecredits.journey.letters.letter_states import LetterState, letter_standings
from timecredits.journey.letters.listing import LetterFile, own_letter_file
from timecredits.journey.models import Reference
from timecredits.journey.pack_models import Pack, PackLetter
from timecredits.journey.packs.pack_links import keep_pack_look
from timecredits.journey.packs.pack_record import PackRecord, PackReferee
from timecredits.journey.packs.pack_writing import write_pack_record

__all__ = ["SharedLetter", "SharedPack", "look_at_pack", "pack_record", "read_pack", "shared_letter_file"]


@dataclass(frozen=True)
class SharedLetter:
    """A letter in a pack. `newer_place` is where in the same pack the letter stands that takes its place, or None."""

    place: int
    reference_id: UUID
    code: str
    letter: CheckedLetter
    newer_place: int | None

    @property
    def can_download(self) -> bool:
        """Whether its file is there for the reader."""
        return self.letter.state is not LetterState.WITHDRAWN


@dataclass(frozen=True)
class SharedPack:
    """A pack as its reader sees it. `asked` is the planner's requirement, if the person gave one."""

    holder_name: str
    ends_on: date
    asked: dict[str, Any] | None
    letters: tuple[SharedLetter, ...]

    @property
    def can_download(self) -> bool:
        """Whether there is anything to put into one file, which holds the letters that stand."""
        return any(each.letter.state is LetterState.VALID for each in self.letters)


def read_pack(session: Session, pack: Pack) -> SharedPack:
    """What the reader of a pack is told today. Keeps nothing."""
    references = _references(session, pack)
    standings = letter_standings(session, pack.programme_id, references)
    answers = [answer_about(session, each, standing) for each, standing in zip(references, standings, strict=True)]
    places = {answer.number: place for place, answer in enumerate(answers, start=1)}
    return SharedPack(
        holder_name=pack.holder_name,
        ends_on=pack.ends_on,
        asked=pack.asked,
        letters=tuple(
            SharedLetter(
                place=place,
                reference_id=reference.id,
                code=show_check_code(reference.short_code or ""),
                letter=answer,
                newer_place=places.get(answer.newer_number),
            )
            for place, (reference, answer) in enumerate(zip(references, answers, strict=True), start=1)
        ),
    )


def look_at_pack(session: Session, pack: Pack, shared: SharedPack) -> None:
    """Keep that somebody read the page, and so learnt how each letter in it stands."""
    keep_pack_look(session, pack, "page")
    for each in shared.letters:
        keep_look(session, pack.programme_id, each.reference_id, LookWay.PACK, each.letter.state.value)


def shared_letter_file(session: Session, pack: Pack, reference_id: UUID) -> LetterFile:
    """The file of a letter in this pack, byte for byte as issued. NotFoundError for any other, and for a withdrawn one."""
    if reference_id not in {reference.id for reference in _references(session, pack)}:
        raise NotFoundError
    return own_letter_file(session, pack.programme_id, pack.volunteer_id, reference_id)


def pack_record(session: Session, pack: Pack, *, link: str, place: str, asked: Sequence[str] = ()) -> PackRecord:
    """The pack as one document, to be printed by `print_pack`: a cover, then each letter that stands today.

    Letters that are out of date are left out, as their hours are known to be wrong. `link` is the pack's address, `place` where
    a check code is typed, without https://; `asked` is what the employer asked for, in words. NotFoundError when none stands.
    """
    references = _references(session, pack)
    standings = letter_standings(session, pack.programme_id, references)
    referees = [
        _referee(reference)
        for reference, standing in zip(references, standings, strict=True)
        if standing.state is LetterState.VALID
    ]
    if not referees:
        raise NotFoundError
    return write_pack_record(
        issued_on=clock.today(),
        holder_name=pack.holder_name,
        asked=asked,
        referees=referees,
        check={"url": link, "ends_on": pack.ends_on.isoformat(), "place": place},
    )


def _referee(reference: Reference) -> PackReferee:
    record: dict[str, Any] = (reference.facts or {})["record"]
    return {
        "name": record["signer"]["name"],
        "role": record["signer"]["role"],
        "organisation": record["organisation"]["name"],
        "known_since": record["holder"]["known_since"],
        "reference_number": record["reference_number"],
        "code": reference.short_code or "",
        "letter": cast("LetterRecord", record),
    }


def _references(session: Session, pack: Pack) -> list[Reference]:
    return list(
        session.scalars(
            select(Reference)
            .join(
                PackLetter,
                (PackLetter.programme_id == Reference.programme_id) & (PackLetter.reference_id == Reference.id),
            )
            .where(PackLetter.programme_id == pack.programme_id, PackLetter.pack_id == pack.id)
            .order_by(PackLetter.place)
        )
    )
