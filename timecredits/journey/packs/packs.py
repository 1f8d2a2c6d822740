"""Packs: up to three letters that a person puts together for one application, behind one link that ends when they say.

Only letters that stand go in, and only such as the person may read. A letter that is corrected or withdrawn later stays in its
pack, where the reader is told how it stands.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from timecredits.foundation import clock
from timecredits.foundation.db import new_id
from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.foundation.wording import Sentence
from timecredits.journey.letters.letter_states import LetterState, letter_standings
from timecredits.journey.models import Reference, ReferenceStatus
from timecredits.journey.pack_models import Pack, PackLetter
from timecredits.network.models import Volunteer
from timecredits.network.scope import find

__all__ = [
    "LONGEST_DAYS",
    "LONGEST_TITLE",
    "MOST_LETTERS",
    "USUAL_DAYS",
    "PackTerms",
    "ShareableLetter",
    "change_pack",
    "end_pack",
    "find_pack",
    "letters_of_packs",
    "make_pack",
    "shareable_letters",
    "usual_last_day",
]

MOST_LETTERS: Final = 3
USUAL_DAYS: Final = 28
LONGEST_DAYS: Final = 365
LONGEST_TITLE: Final = 80


@dataclass(frozen=True)
class PackTerms:
    """What a person chooses. `letters` in the order in which they are shown; `ends_on` is the last day of the link."""

    title: str
    letters: tuple[UUID, ...]
    ends_on: date


@dataclass(frozen=True)
class ShareableLetter:
    """A letter that may go into a pack."""

    reference_id: UUID
    organisation_name: str
    signer_name: str
    number: str
    issued_on: date
    state: LetterState


def usual_last_day() -> date:
    """The last day that a new link has unless somebody chooses another."""
    return clock.today() + timedelta(days=USUAL_DAYS)


def shareable_letters(
    session: Session, programme_id: UUID, volunteer_id: UUID, *, already: Sequence[UUID] = ()
) -> list[ShareableLetter]:
    """The letters about this volunteer that may go into a pack, newest first.

    Those that stand; out-of-date ones only if they are in the pack `already`. Never a draft, a withdrawn or a confidential one.
    """
    found = session.scalars(
        select(Reference)
        .where(
            Reference.programme_id == programme_id,
            Reference.volunteer_id == volunteer_id,
            Reference.status == ReferenceStatus.ISSUED,
            Reference.confidential.is_(False),
        )
        .order_by(Reference.issued_at.desc(), Reference.id.desc())
    ).all()
    return [
        ShareableLetter(
            reference_id=reference.id,
            organisation_name=(reference.facts or {})["record"]["organisation"]["name"],
            signer_name=reference.signer_name,
            number=reference.number or "",
            issued_on=clock.local_day(reference.issued_at or reference.created_at),
            state=standing.state,
        )
        for reference, standing in zip(found, letter_standings(session, programme_id, found), strict=True)
        if standing.state is LetterState.VALID or reference.id in already
    ]


def make_pack(
    session: Session,
    programme_id: UUID,
    volunteer_id: UUID,
    *,
    pack_id: UUID,
    terms: PackTerms,
    asked: dict[str, Any] | None = None,
    preset_name: str = "",
) -> Pack:
    """Put letters together. The same `pack_id` twice makes one pack, and answers it as it stands.

    `asked` is the planner's requirement, if the person came from there. Raises RuleError for terms that can't be.
    """
    known = session.get(Pack, (programme_id, pack_id))
    if known is not None:
        if known.volunteer_id != volunteer_id:
            raise NotFoundError
        return known
    find(session, Volunteer, programme_id, volunteer_id)
    letters = _checked(session, programme_id, volunteer_id, terms, already=())
    pack = Pack(
        programme_id=programme_id,
        id=pack_id,
        volunteer_id=volunteer_id,
        asked=asked,
        preset_name=preset_name,
        made_at=clock.now(),
    )
    _write(pack, terms, letters)
    session.add(pack)
    session.flush()
    _put_in(session, pack, letters)
    return pack


def change_pack(session: Session, programme_id: UUID, volunteer_id: UUID, pack_id: UUID, terms: PackTerms) -> Pack:
    """Choose other letters, another order, title or last day. The link's address stays.

    A link whose last day has passed works again with a later one; a link that was ended stays ended (RuleError).
    """
    pack = _locked(session, programme_id, volunteer_id, pack_id)
    if pack.ended_at is not None:
        raise RuleError(Sentence("You ended this link, so it can't change. Nothing was changed. Make a new one instead."))
    already = letters_of_packs(session, programme_id, [pack.id])[pack.id]
    letters = _checked(session, programme_id, volunteer_id, terms, already=already)
    _write(pack, terms, letters)
    session.execute(
        delete(PackLetter).where(PackLetter.programme_id == programme_id, PackLetter.pack_id == pack.id),
        execution_options={"synchronize_session": "fetch"},
    )
    _put_in(session, pack, letters)
    return pack


def end_pack(session: Session, programme_id: UUID, volunteer_id: UUID, pack_id: UUID) -> Pack:
    """End the link at once, for good. The letters in it stay as they are. Ending twice keeps the first moment."""
    pack = _locked(session, programme_id, volunteer_id, pack_id)
    if pack.ended_at is None:
        pack.ended_at = clock.now()
        session.flush()
    return pack


def find_pack(session: Session, programme_id: UUID, volunteer_id: UUID, pack_id: UUID) -> Pack:
    """One pack of this volunteer's, or NotFoundError."""
    return find(session, Pack, programme_id, pack_id, volunteer_id=volunteer_id)


def letters_of_packs(session: Session, programme_id: UUID, pack_ids: Sequence[UUID]) -> dict[UUID, tuple[UUID, ...]]:
    """The letters in each of these packs, in their order."""
    found: dict[UUID, list[UUID]] = {pack_id: [] for pack_id in pack_ids}
    if pack_ids:
        rows = session.execute(
            select(PackLetter.pack_id, PackLetter.reference_id)
            .where(PackLetter.programme_id == programme_id, PackLetter.pack_id.in_(pack_ids))
            .order_by(PackLetter.pack_id, PackLetter.place)
        )
        for pack_id, reference_id in rows:
            found[pack_id].append(reference_id)
    return {pack_id: tuple(letters) for pack_id, letters in found.items()}


def _locked(session: Session, programme_id: UUID, volunteer_id: UUID, pack_id: UUID) -> Pack:
    """The pack as it is now and until this transaction ends, so that two who change it at once change it in turn."""
    pack = session.scalars(
        select(Pack)
        .where(Pack.programme_id == programme_id, Pack.id == pack_id, Pack.volunteer_id == volunteer_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    if pack is None:
        raise NotFoundError
    return pack


def _checked(
    session: Session, programme_id: UUID, volunteer_id: UUID, terms: PackTerms, *, already: Sequence[UUID]
) -> list[Reference]:
    """The letters that were chosen, or RuleError."""
    _check_words(terms)
    if not terms.letters:
        raise RuleError(Sentence("Choose a letter to share. Nothing was saved."), field="letter_1")
    if len(terms.letters) > MOST_LETTERS:
        raise RuleError(Sentence("Choose at most %(most)s letters. Nothing was saved.", most=MOST_LETTERS), field="letter_1")
    may = {each.reference_id for each in shareable_letters(session, programme_id, volunteer_id, already=already)}
    for place, reference_id in enumerate(terms.letters, start=1):
        if reference_id not in may:
            raise RuleError(
                Sentence("This letter can't be shared, as it no longer stands. Choose another. Nothing was saved."),
                field=f"letter_{place}",
            )
        if reference_id in terms.letters[: place - 1]:
            raise RuleError(Sentence("You chose this letter twice. Choose another, or none."), field=f"letter_{place}")
    found = session.scalars(select(Reference).where(Reference.programme_id == programme_id, Reference.id.in_(terms.letters)))
    by_id = {reference.id: reference for reference in found}
    return [by_id[reference_id] for reference_id in terms.letters]


def _check_words(terms: PackTerms) -> None:
    title = " ".join(terms.title.split())
    if not title:
        raise RuleError(Sentence("Give it a name, such as the job. Only you see it. Nothing was saved."), field="title")
    if len(title) > LONGEST_TITLE:
        raise RuleError(
            Sentence("That name is too long. Use at most %(most)s letters. Nothing was saved.", most=LONGEST_TITLE),
            field="title",
        )
    today = clock.today()
    if terms.ends_on < today:
        raise RuleError(Sentence("That day has passed. Choose today or later. Nothing was saved."), field="ends_on")
    if terms.ends_on > today + timedelta(days=LONGEST_DAYS):
        raise RuleError(Sentence("A link lasts a year at most. Choose an earlier day. You can change it later."), field="ends_on")


def _write(pack: Pack, terms: PackTerms, letters: Sequence[Reference]) -> None:
    pack.title, pack.ends_on = " ".join(terms.title.split()), terms.ends_on
    pack.holder_name = letters[0].holder_name


def _put_in(session: Session, pack: Pack, letters: Sequence[Reference]) -> None:
    session.add_all(
        PackLetter(programme_id=pack.programme_id, id=new_id(), pack_id=pack.id, reference_id=letter.id, place=place)
        for place, letter in enumerate(letters, start=1)
    )
    session.flush()
