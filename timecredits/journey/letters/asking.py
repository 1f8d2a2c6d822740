"""Asking for a letter: a volunteer picks who writes it and says how they want it; the organisation begins one, or says why not.

A request stands open until its letter is issued, it is declined, or the person takes it back. There is one at a time for each
organisation, so that nobody asks twice for the same letter by mistake.
"""

from datetime import timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from timecredits.foundation import audit, clock
from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.foundation.wording import Sentence
from timecredits.journey.letters.letter_mails import tell_of_news, tell_who_was_asked
from timecredits.journey.letters.people_to_ask import find_person_to_ask
from timecredits.journey.letters.references import Author, draft_reference, known_language, tidy_holder_name
from timecredits.journey.models import Reference, ReferenceRequest
from timecredits.network.models import Volunteer
from timecredits.network.scope import find
from timecredits.network.standing import need_open

__all__ = ["LONGEST_ANSWER", "LONGEST_WORDS", "ask_for_letter", "begin_letter", "cancel_request", "decline_request"]

LONGEST_WORDS: Final = 300
LONGEST_ANSWER: Final = 500
_ONE_MAIL_IN: Final = timedelta(hours=24)
"""Asking and taking back, over and over, would else fill a mailbox. The request stands on the page of letters all the same."""


def ask_for_letter(
    session: Session,
    programme_id: UUID,
    volunteer_id: UUID,
    *,
    request_id: UUID,
    role_id: UUID,
    holder_name: str,
    language: str = "en",
    neutral_letterhead: bool = False,
    with_elsewhere: bool = False,
    words: str = "",
    base_url: str,
) -> ReferenceRequest:
    """Ask a member of staff for a letter. The same `request_id` twice asks once.

    They get a neutral mail, unless this person asked there within the last 24 hours: one organisation is mailed once a day.
    Raises RuleError where a letter from that organisation is on its way or the organisation is on hold, for somebody without
    hours there, and for words that can't stand; NotFoundError for somebody who can't be asked.
    """
    known = session.get(ReferenceRequest, (programme_id, request_id))
    if known is not None:
        if known.volunteer_id != volunteer_id:
            raise NotFoundError
        return known
    _lock_volunteer(session, programme_id, volunteer_id)
    person = find_person_to_ask(session, programme_id, volunteer_id, role_id)
    need_open(session, programme_id, person.organisation_id)
    if person.is_asked:
        raise RuleError(
            Sentence(
                "You asked %(organisation)s for a letter already. Nothing was sent again. They tell you when it is ready.",
                organisation=person.organisation_name,
            )
        )
    if not person.minutes:
        raise RuleError(
            Sentence(
                "You have no confirmed hours at %(organisation)s yet. Nothing was sent. Help there once, then ask.",
                organisation=person.organisation_name,
            )
        )
    is_told = not _asked_lately(session, programme_id, volunteer_id, person.organisation_id)
    request = ReferenceRequest(
        programme_id=programme_id,
        id=request_id,
        organisation_id=person.organisation_id,
        volunteer_id=volunteer_id,
        asked_of=person.user_id,
        asked_of_name=person.name,
        asked_at=clock.now(),
        holder_name=tidy_holder_name(holder_name),
        language=known_language(language),
        neutral_letterhead=neutral_letterhead,
        with_elsewhere=with_elsewhere,
        words=_tidy_words(words, LONGEST_WORDS, "words"),
    )
    session.add(request)
    session.flush()
    if is_told:
        tell_who_was_asked(session, programme_id, person.user_id, base_url=base_url)
    return request


def cancel_request(session: Session, programme_id: UUID, volunteer_id: UUID, request_id: UUID) -> None:
    """Take a request of one's own back. Taking it back twice is once.

    Raises RuleError once it was answered: a letter is being written then, or was declined.
    """
    request = _lock(session, programme_id, request_id, ReferenceRequest.volunteer_id == volunteer_id)
    if request.cancelled_at is not None:
        return
    if request.answered_at is not None:
        raise RuleError(Sentence("They have answered you already. Nothing was changed."))
    request.cancelled_at = clock.now()
    session.flush()


def begin_letter(
    session: Session,
    programme_id: UUID,
    organisation_id: UUID,
    request_id: UUID,
    *,
    reference_id: UUID,
    holder_name: str,
    opinion: str,
    neutral_letterhead: bool,
    language: str,
    confidential: bool,
    wants_second_look: bool,
    author: Author,
) -> Reference:
    """Begin the letter that somebody asked for; the request is answered by it. The same `reference_id` twice begins one.

    Hours elsewhere are in it if the person agreed when they asked, and never otherwise.
    Raises RuleError where another letter was begun for it, for a request taken back or declined, and as
    :func:`references.draft_reference` does.
    """
    request = _lock(session, programme_id, request_id, ReferenceRequest.organisation_id == organisation_id)
    if request.reference_id is not None:
        begun = find(session, Reference, programme_id, request.reference_id, organisation_id=organisation_id)
        if begun.id != reference_id:
            raise RuleError(_begun_by_another(begun, author))
        return begun
    _require_unanswered(request)
    draft = draft_reference(
        session,
        programme_id,
        organisation_id,
        reference_id=reference_id,
        volunteer_id=request.volunteer_id,
        holder_name=holder_name,
        opinion=opinion,
        neutral_letterhead=neutral_letterhead,
        author=author,
        language=language,
        confidential=confidential,
        wants_second_look=wants_second_look,
        with_elsewhere=request.with_elsewhere,
    )
    request.reference_id, request.answered_at = draft.id, clock.now()
    session.flush()
    return draft


def decline_request(
    session: Session,
    programme_id: UUID,
    organisation_id: UUID,
    request_id: UUID,
    *,
    because: str,
    actor_id: UUID,
    base_url: str,
) -> None:
    """Say that no letter will be written, in words that the person reads. They get a neutral mail. The same words twice are once.

    Raises RuleError without words, with others once it was declined, and where a letter was begun or the request taken back.
    """
    request = _lock(session, programme_id, request_id, ReferenceRequest.organisation_id == organisation_id)
    words = _tidy_words(because, LONGEST_ANSWER, "because")
    if not words:
        raise RuleError(Sentence("Say why, in a few kind words. The person reads them. Nothing was sent."), field="because")
    if request.declined_because is not None:
        if request.declined_because == words:
            return
        raise RuleError(Sentence("This was answered already. Your words were not sent."), field="because")
    if request.reference_id is not None:
        raise RuleError(Sentence("A letter was begun for this. Nothing was sent. Remove the draft first."))
    _require_unanswered(request)
    request.declined_because, request.answered_at = words, clock.now()
    session.flush()
    audit.record(
        session,
        programme_id,
        "reference request declined",
        actor_id=actor_id,
        subject_id=request.id,
        organisation_id=organisation_id,
    )
    tell_of_news(session, programme_id, request.volunteer_id, base_url=base_url)


def _require_unanswered(request: ReferenceRequest) -> None:
    if request.cancelled_at is not None:
        raise RuleError(Sentence("They took this request back. Nothing was made."))
    if request.answered_at is not None:
        raise RuleError(Sentence("This request was answered already. Nothing was made."))


def _begun_by_another(begun: Reference, author: Author) -> Sentence:
    if begun.author_id == author.user_id:
        return Sentence("You began this letter already. Your new words were not saved.")
    return Sentence("A colleague began this letter. Your words were not saved.")


def _asked_lately(session: Session, programme_id: UUID, volunteer_id: UUID, organisation_id: UUID) -> bool:
    return (
        session.scalar(
            select(ReferenceRequest.id)
            .where(
                ReferenceRequest.programme_id == programme_id,
                ReferenceRequest.volunteer_id == volunteer_id,
                ReferenceRequest.organisation_id == organisation_id,
                ReferenceRequest.asked_at > clock.now() - _ONE_MAIL_IN,
            )
            .limit(1)
        )
        is not None
    )


def _lock(session: Session, programme_id: UUID, request_id: UUID, owner: ColumnElement[bool]) -> ReferenceRequest:
    """One request, as it is now and until this transaction ends: a person may take it back while somebody begins to write."""
    request = session.scalars(
        select(ReferenceRequest)
        .where(ReferenceRequest.programme_id == programme_id, ReferenceRequest.id == request_id, owner)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    if request is None:
        raise NotFoundError
    return request


def _lock_volunteer(session: Session, programme_id: UUID, volunteer_id: UUID) -> None:
    """Let one request of a person be made after the other, so that two at once are seen to be two."""
    session.execute(
        select(Volunteer.id)
        .where(Volunteer.programme_id == programme_id, Volunteer.id == volunteer_id)
        .with_for_update(key_share=True)  # others may go on writing rows that only name this person
    )


def _tidy_words(typed: str, most: int, field: str) -> str:
    words = typed.replace("\r\n", "\n").strip()
    if len(words) > most:
        raise RuleError(
            Sentence("Your words are too long. Use at most %(most)s letters. Nothing was sent.", most=most), field=field
        )
    return words
