"""Making many letters as a job: each is issued by itself, then all go into one PDF to print, kept for a day.

Begun again, the job finds the letters it issued and issues none twice: a letter's id follows from the job's and the person's.
What can't be issued is told with its reason, and the rest go on. The file is signed like a letter, where documents are.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final
from uuid import UUID, uuid5

from sqlalchemy import select
from sqlalchemy.orm import Session

from timecredits.foundation import audit, clock
from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.foundation.job_files import keep_file
from timecredits.foundation.jobs import Handler, Work
from timecredits.foundation.secret_values import digest
from timecredits.foundation.signed_documents import read_attached_record
from timecredits.foundation.wording import Sentence
from timecredits.journey.letters.bulk_issuing import LETTERS
from timecredits.journey.letters.issuing import Issuer, issue_reference
from timecredits.journey.letters.letter_record import LetterRecord
from timecredits.journey.letters.letter_writing import print_letters
from timecredits.journey.letters.references import Author, draft_reference, find_reference, require_another, start_letter
from timecredits.journey.models import Document, Reference, ReferenceStatus

__all__ = ["handlers", "make_letters"]

_GROUP: Final = 10
"""Letters issued in one transaction: others may write in between, and a page sees how far it is."""


def handlers(issuer: Issuer) -> Mapping[str, Handler]:
    """By kind of job; the application hands them to whoever runs jobs."""
    return {LETTERS: lambda work: make_letters(work, issuer)}


def make_letters(work: Work, issuer: Issuer) -> Mapping[str, Any]:
    """Issue and print the letters of a job. Answers how many `letters` are in the file, and those `failed`.

    Each of `failed` has a `sentence`, and the `person` or the `letter` it is about.
    """
    if work.organisation_id is None:
        raise NotFoundError
    bulk = _Bulk(work, work.organisation_id, issuer)
    ids = bulk.issue()
    if not ids:
        return {"letters": 0, "failed": bulk.failed}
    with work.step() as session:
        records = [each for group in _groups(ids) for each in _records(session, work.programme_id, group)]
    content = issuer.sign(print_letters(records))
    day = clock.today()
    with work.step(done=len(ids) + len(bulk.failed)) as session:
        keep_file(
            session,
            work.programme_id,
            work.job_id,
            content,
            media_type="application/pdf",
            filename=f"letters-{day.isoformat()}.pdf",
        )
        audit.record(
            session,
            work.programme_id,
            "references printed",
            actor_id=work.made_by,
            subject_id=work.job_id,
            organisation_id=work.organisation_id,
        )
    return {"letters": len(records), "failed": bulk.failed}


class _Bulk:
    """One run through the people and letters of a job."""

    def __init__(self, work: Work, organisation_id: UUID, issuer: Issuer) -> None:
        self.work, self.here, self.issuer = work, (work.programme_id, organisation_id), issuer
        author = work.wanted["author"]
        self.author = Author(UUID(author["user_id"]), author["name"], author["title"])
        self.failed: list[dict[str, str]] = []

    def issue(self) -> list[UUID]:
        """Issue what is not issued yet; the letters that stand ready to be printed, in their order."""
        things = [("person", each) for each in self.work.wanted["people"]]
        things += [("letter", each) for each in self.work.wanted["letters"]]
        ready: list[UUID] = []
        for group in _groups(things):
            with self.work.step(done=len(ready) + len(self.failed), total=len(things)) as session:
                for kind, thing_id in group:
                    try:
                        with session.begin_nested():  # what one letter wrote goes with it, and the others stay
                            reference_id = self._issue(session, kind, UUID(thing_id))
                    except (RuleError, NotFoundError) as fault:
                        self.failed.append({kind: thing_id, "sentence": _reason(fault)})
                    else:
                        ready.append(reference_id)
        return ready

    def _issue(self, session: Session, kind: str, thing_id: UUID) -> UUID:
        if kind == "letter":
            self._issue_draft(session, thing_id)
            return thing_id
        reference_id = uuid5(self.work.job_id, str(thing_id))
        if session.get(Reference, (self.work.programme_id, reference_id)) is not None:
            self._issue_draft(session, reference_id)  # of an earlier try; whoever left since keeps their letter
            return reference_id
        start = start_letter(session, *self.here, thing_id)
        draft_reference(
            session,
            *self.here,
            reference_id=reference_id,
            volunteer_id=thing_id,
            holder_name=start.holder_name,
            opinion="",
            neutral_letterhead=bool(self.work.wanted["neutral_letterhead"]),
            language=str(self.work.wanted["language"]),
            author=self.author,
        )
        self._issue_draft(session, reference_id)
        return reference_id

    def _issue_draft(self, session: Session, reference_id: UUID) -> None:
        letter = find_reference(session, *self.here, reference_id, reader_id=self.author.user_id)
        if letter.status is ReferenceStatus.WITHDRAWN:
            raise RuleError(Sentence("This letter was withdrawn. It was not printed."))
        if letter.status is ReferenceStatus.DRAFT:
            require_another(session, self.work.programme_id, letter.volunteer_id, self.author.user_id)
        issue_reference(session, *self.here, reference_id, issuer=self.issuer, actor_id=self.author.user_id)


def _records(session: Session, programme_id: UUID, reference_ids: Sequence[UUID]) -> list[LetterRecord]:
    """What stands on these letters, with the address for the QR code, which only the issued file holds."""
    rows = session.execute(
        select(Reference.id, Reference.facts, Reference.secret_hash, Document.content)
        .join(Document, (Document.programme_id == Reference.programme_id) & (Document.id == Reference.document_id))
        .where(Reference.programme_id == programme_id, Reference.id.in_(reference_ids))
    )
    found = {reference_id: _with_address(facts, secret_hash, content) for reference_id, facts, secret_hash, content in rows}
    return [found[each] for each in reference_ids]


def _with_address(facts: dict[str, Any] | None, secret_hash: bytes | None, content: bytes) -> LetterRecord:
    record: LetterRecord = (facts or {})["record"]
    attached = read_attached_record(content)
    url = str(attached["check"]["url"]) if attached else ""
    if digest(url.rpartition("/")[2]) != secret_hash:
        url = ""  # better no QR code than one that leads to another letter
    return {**record, "check": {"url": url, "code": record["check"]["code"]}}


def _reason(fault: RuleError | NotFoundError) -> str:
    """The sentence, in English: an outcome is kept as plain values, and a job has no reader whose language it could ask for."""
    return str(fault.sentence) if isinstance(fault, RuleError) else str(Sentence("This is not there any more. Nothing was made."))


def _groups(things: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(things), _GROUP):
        yield things[start : start + _GROUP]
