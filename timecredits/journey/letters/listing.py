"""Lists of letters: an organisation's, and the ones about a volunteer. A page takes the same few queries however long it is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import Session

from timecredits.foundation.errors import NotFoundError
from timecredits.foundation.folding import fold
from timecredits.foundation.secret_values import tidy_short_code
from timecredits.journey.credential_models import DigitalCredential
from timecredits.journey.letters.letter_states import LetterState, letter_standings
from timecredits.journey.letters.references import find_reference, readable_by
from timecredits.journey.letters.second_look import Look, look_of
from timecredits.journey.models import Document, Reference, ReferenceLookUp, ReferenceStatus
from timecredits.network.models import Organisation, Volunteer
from timecredits.network.scope import find

__all__ = [
    "LetterFile",
    "LetterRow",
    "LetterRows",
    "LookUps",
    "VolunteerLetter",
    "count_look_ups",
    "letter_file",
    "list_for_volunteer",
    "list_letters",
    "own_letter_file",
]

PAGE_SIZE: Final = 25


@dataclass(frozen=True)
class LookUps:
    """How often a letter was checked, and when last."""

    times: int = 0
    last: datetime | None = None


@dataclass(frozen=True)
class LetterRow:
    """One letter in an organisation's list. `number` is "" for a draft. `look` says how a draft stands with its second look."""

    reference_id: UUID
    volunteer_id: UUID
    volunteer_name: str
    number: str
    state: LetterState
    created_at: datetime
    issued_at: datetime | None
    look_ups: LookUps
    confidential: bool
    look: Look


@dataclass(frozen=True)
class LetterRows:
    """One page of an organisation's letters, newest first. Pages count from 1."""

    rows: tuple[LetterRow, ...]
    page: int
    pages: int
    total: int


@dataclass(frozen=True)
class VolunteerLetter:
    """An issued letter as the person it is about sees it. It can be downloaded unless it was withdrawn.

    Of one written in confidence they learn who wrote it and when, nothing else: `number` and `newer_number` are "", `minutes` 0.
    `newer_number` is that of a later letter from there which stands.
    """

    reference_id: UUID
    organisation_name: str
    signer_name: str
    number: str
    issued_at: datetime
    state: LetterState
    minutes: int
    look_ups: LookUps
    confidential: bool = False
    newer_number: str = ""
    has_credential: bool = False
    """Whether its digital credential is there for the person."""

    @property
    def can_download(self) -> bool:
        """Whether its PDF is there for the person."""
        return self.state is not LetterState.WITHDRAWN and not self.confidential


@dataclass(frozen=True)
class LetterFile:
    """A letter's PDF, byte for byte as issued, and a file name that says nothing about anybody."""

    content: bytes
    filename: str


def list_letters(
    session: Session,
    programme_id: UUID,
    organisation_id: UUID,
    *,
    search: str = "",
    status: ReferenceStatus | None = None,
    page: int = 1,
    reader_id: UUID | None = None,
) -> LetterRows:
    """One page of this organisation's letters. `search` looks in names, reference numbers and check codes.

    Letters in confidence about `reader_id` are not among them.
    """
    query = (
        select(Reference, Volunteer)
        .join(Volunteer, (Volunteer.programme_id == Reference.programme_id) & (Volunteer.id == Reference.volunteer_id))
        .where(Reference.programme_id == programme_id, Reference.organisation_id == organisation_id)
    )
    if status is not None:
        query = query.where(Reference.status == status)
    if reader_id is not None:
        query = query.where(readable_by(programme_id, reader_id))
    query = _searched(query, search)
    total = session.scalar(query.with_only_columns(func.count(), maintain_column_froms=True)) or 0
    pages = max(1, -(-total // PAGE_SIZE))
    page = min(max(page, 1), pages)
    found = session.execute(
        query.order_by(Reference.created_at.desc(), Reference.id.desc()).limit(PAGE_SIZE).offset((page - 1) * PAGE_SIZE)
    ).all()
    references = [reference for reference, _ in found]
    standings = letter_standings(session, programme_id, references)
    looked = count_look_ups(session, programme_id, [reference.id for reference in references])
    rows = tuple(
        LetterRow(
            reference_id=reference.id,
            volunteer_id=volunteer.id,
            volunteer_name=volunteer.name,
            number=reference.number or "",
            state=standing.state,
            created_at=reference.created_at,
            issued_at=reference.issued_at,
            look_ups=looked.get(reference.id, LookUps()),
            confidential=reference.confidential,
            look=look_of(reference),
        )
        for (reference, volunteer), standing in zip(found, standings, strict=True)
    )
    return LetterRows(rows, page, pages, total)


def list_for_volunteer(session: Session, programme_id: UUID, volunteer_id: UUID) -> list[VolunteerLetter]:
    """The letters issued about a volunteer, at whatever organisation, newest first. Drafts are nobody's business yet."""
    found = session.execute(
        select(Reference, Organisation.name, DigitalCredential.id)
        .join(
            Organisation,
            (Organisation.programme_id == Reference.programme_id) & (Organisation.id == Reference.organisation_id),
        )
        .outerjoin(
            DigitalCredential,
            (DigitalCredential.programme_id == Reference.programme_id)
            & (DigitalCredential.reference_id == Reference.id)
            & DigitalCredential.revoked_at.is_(None),
        )
        .where(
            Reference.programme_id == programme_id,
            Reference.volunteer_id == volunteer_id,
            Reference.status != ReferenceStatus.DRAFT,
        )
        .order_by(Reference.issued_at.desc(), Reference.id.desc())
    ).all()
    references = [reference for reference, _, _ in found]
    standings = letter_standings(session, programme_id, references)
    looked = count_look_ups(session, programme_id, [reference.id for reference in references])
    newest: dict[UUID, Reference] = {}
    letters = []
    for (reference, organisation, credential), standing in zip(found, standings, strict=True):  # the newest come first
        newer = newest.get(reference.organisation_id)
        told = not reference.confidential
        letters.append(
            VolunteerLetter(
                reference_id=reference.id,
                organisation_name=organisation,
                signer_name=reference.signer_name,
                number=(reference.number or "") if told else "",
                issued_at=reference.issued_at or reference.created_at,
                state=standing.state,
                minutes=int((reference.facts or {})["record"]["facts"]["total_minutes"]) if told else 0,
                look_ups=looked.get(reference.id, LookUps()) if told else LookUps(),
                confidential=reference.confidential,
                newer_number=(newer.number or "") if newer is not None and told else "",
                has_credential=credential is not None,
            )
        )
        if standing.state is LetterState.VALID and told:
            newest.setdefault(reference.organisation_id, reference)
    return letters


def count_look_ups(session: Session, programme_id: UUID, reference_ids: Sequence[UUID]) -> dict[UUID, LookUps]:
    """How often each of these letters was checked; letters that nobody checked are missing."""
    if not reference_ids:
        return {}
    found = session.execute(
        select(ReferenceLookUp.reference_id, func.count(), func.max(ReferenceLookUp.looked_at))
        .where(ReferenceLookUp.programme_id == programme_id, ReferenceLookUp.reference_id.in_(reference_ids))
        .group_by(ReferenceLookUp.reference_id)
    )
    return {reference_id: LookUps(times, last) for reference_id, times, last in found}


def letter_file(
    session: Session, programme_id: UUID, organisation_id: UUID, reference_id: UUID, *, reader_id: UUID | None = None
) -> LetterFile:
    """The PDF of one of this organisation's letters, withdrawn ones too.

    NotFoundError for a draft, and for a letter in confidence about `reader_id`.
    """
    return _file(session, find_reference(session, programme_id, organisation_id, reference_id, reader_id=reader_id))


def own_letter_file(session: Session, programme_id: UUID, volunteer_id: UUID, reference_id: UUID) -> LetterFile:
    """The PDF of a letter about this volunteer. NotFoundError for a draft, a withdrawn one, and one written in confidence."""
    reference = find(session, Reference, programme_id, reference_id, volunteer_id=volunteer_id)
    if reference.status is ReferenceStatus.WITHDRAWN or reference.confidential:
        raise NotFoundError
    return _file(session, reference)


def _file(session: Session, reference: Reference) -> LetterFile:
    if reference.document_id is None:
        raise NotFoundError
    document = find(session, Document, reference.programme_id, reference.document_id)
    return LetterFile(document.content, f"letter-{reference.number}.pdf")


def _searched(query: Select[Reference, Volunteer], search: str) -> Select[Reference, Volunteer]:
    words = fold(search).split()
    if not words:
        return query
    code = tidy_short_code(search)
    in_name = [Volunteer.folded_name.contains(word, autoescape=True) for word in words]
    by_number = Reference.number.contains(search.strip().upper(), autoescape=True)
    return query.where(or_(and_(*in_name), by_number, Reference.short_code == code))
