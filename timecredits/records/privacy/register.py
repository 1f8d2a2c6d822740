"""The register of processing (UK GDPR Article 30) and the impact assessment (Article 35), read from the list of what is held.

What only people can know is theirs to write: each answer is kept with who wrote it and when, and the newest counts.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from timecredits.foundation import audit, clock
from timecredits.foundation.db import new_id
from timecredits.foundation.display import display_day
from timecredits.foundation.documents import compile_document
from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.foundation.typed_words import without_turning_marks
from timecredits.foundation.wording import Sentence
from timecredits.journey.printable import refuse_unprintable
from timecredits.network.models import User
from timecredits.network.settings import read_settings
from timecredits.records.models import PrivacyAnswer
from timecredits.records.privacy.aims import AIMS, WHOSE, kept_for
from timecredits.records.privacy.holding import Aim, Whose
from timecredits.records.privacy.holdings import personal

__all__ = [
    "ASSESSMENT",
    "QUESTIONS",
    "REGISTER",
    "Answer",
    "Question",
    "Row",
    "answer_history",
    "answers_of",
    "basis_of",
    "print_assessment",
    "print_register",
    "register_rows",
    "write_answer",
]

LONGEST: Final = 3000


@dataclass(frozen=True, slots=True)
class Question:
    """Something that a person must fill in."""

    name: str
    title: Sentence
    hint: Sentence


@dataclass(frozen=True, slots=True)
class Answer:
    """What was written last, by whom ("" for nobody in particular), and when."""

    words: str
    written_by: str
    written_on: date


@dataclass(frozen=True, slots=True)
class Row:
    """One purpose in the register."""

    aim: Aim
    name: Sentence
    about: Sentence
    whose: tuple[Sentence, ...]
    readers: Sentence
    kept: tuple[Sentence, ...]
    tells_of_health: bool
    basis: str


REGISTER: Final = (
    Question(
        "controller", Sentence("Who is in charge of the data?"), Sentence("Name, address, phone and email of your programme.")
    ),
    Question(
        "officer",
        Sentence("Who answers for data with you?"),
        Sentence("Your data protection officer, or whoever does this work."),
    ),
    Question(
        "joint", Sentence("Who decides together with you?"), Sentence("For example your organisations. Write “nobody” if so.")
    ),
    Question("receivers", Sentence("Who gets data from you?"), Sentence("For example funders, or those who run your server.")),
    Question(
        "abroad", Sentence("Does any data leave the UK?"), Sentence("Where to, and what keeps it safe there. Write “no” if not.")
    ),
    Question(
        "special", Sentence("Why may you keep data on health?"), Sentence("Your ground under Article 9, and your policy paper.")
    ),
    Question(
        "security",
        Sentence("How do you keep it safe?"),
        Sentence("Backups, who holds the keys, training. The service does its part below."),
    ),
)
"""Besides these, each purpose has its own ground (`basis_of`)."""
ASSESSMENT: Final = (
    Question("need", Sentence("Why do you need this?"), Sentence("What you want to reach, and why less data would not do.")),
    Question(
        "asked", Sentence("Whom did you ask?"), Sentence("Volunteers, staff, partners. What they said, or why you asked nobody.")
    ),
    Question("fair", Sentence("Is it fair and only what is needed?"), Sentence("How people are told, and how they can say no.")),
    Question(
        "risk_known",
        Sentence("What if it gets known that somebody is a member?"),
        Sentence("How likely, how bad, and what you do about it."),
    ),
    Question("risk_wrong", Sentence("What if a record is wrong?"), Sentence("How likely, how bad, and what you do about it.")),
    Question(
        "risk_lost", Sentence("What if data is lost or stolen?"), Sentence("How likely, how bad, and what you do about it.")
    ),
    Question("risk_more", Sentence("What else could go wrong?"), Sentence("Anything special to your programme.")),
    Question("sign_off", Sentence("Who said yes to this, and when?"), Sentence("Names, days, and when you look at it again.")),
)
_BASES: Final = {
    f"basis_{aim.value}": Question(
        f"basis_{aim.value}", Sentence("Why may you keep it?"), Sentence("Your ground under Article 6, in your words.")
    )
    for aim in Aim
}
QUESTIONS: Final[Mapping[str, Question]] = {each.name: each for each in (*REGISTER, *ASSESSMENT)} | _BASES

SAFEGUARDS: Final = (
    Sentence("Free words about people are sealed with a key that is not in the database."),
    Sentence("Each organisation sees its own people only. Anything else answers as if it were not there."),
    Sentence("A place sees first name and initial, and yes or no."),
    Sentence("Addresses of pages, titles, logs and mail subjects hold no names."),
    Sentence("What staff do is written down, with ids only, and can not be changed."),
    Sentence("Reports hide small numbers of people, also where they could be worked out."),
    Sentence("People can take their data with them, and can ask to be erased."),
    Sentence("Who must open a worry about safety leaves a reason, and the leads are told."),
)
"""What the service itself does."""


def basis_of(aim: Aim) -> Question:
    """The question about the ground of one purpose."""
    return _BASES[f"basis_{aim.value}"]


def answers_of(session: Session, programme_id: UUID) -> dict[str, Answer]:
    """The newest answer to each question that has one."""
    rows = session.execute(
        select(PrivacyAnswer, User.name)
        .outerjoin(User, User.id == PrivacyAnswer.written_by)
        .where(PrivacyAnswer.programme_id == programme_id, PrivacyAnswer.name.in_(QUESTIONS))
        .order_by(PrivacyAnswer.written_at, PrivacyAnswer.id)
    )
    newest = {row.name: Answer(row.words, who or "", clock.local_day(row.written_at)) for row, who in rows}
    return {name: each for name, each in newest.items() if each.words}


def answer_history(session: Session, programme_id: UUID, name: str, *, most: int = 20) -> list[Answer]:
    """What was written before, the newest first. Raises NotFoundError for a question that there isn't."""
    if name not in QUESTIONS:
        raise NotFoundError
    rows = session.execute(
        select(PrivacyAnswer, User.name)
        .outerjoin(User, User.id == PrivacyAnswer.written_by)
        .where(PrivacyAnswer.programme_id == programme_id, PrivacyAnswer.name == name)
        .order_by(PrivacyAnswer.written_at.desc(), PrivacyAnswer.id.desc())
        .limit(most)
    )
    return [Answer(row.words, who or "", clock.local_day(row.written_at)) for row, who in rows]


def write_answer(session: Session, programme_id: UUID, name: str, words: str, *, actor_id: UUID | None) -> bool:
    """Keep an answer; what stood before stays in the history. Answers whether anything changed.

    Raises NotFoundError for a question that there isn't; RuleError for too many words, or letters that can not be printed.
    """
    if name not in QUESTIONS:
        raise NotFoundError
    tidy = "\n".join(line.rstrip() for line in without_turning_marks(words).replace("\r\n", "\n").strip().split("\n"))
    if len(tidy) > LONGEST:
        raise RuleError(Sentence("Use at most %(most)s letters. Nothing was saved.", most=f"{LONGEST:,}"), field="words")
    refuse_unprintable(
        Sentence("Some letters can not be printed. Nothing was saved. Spell it in another way."), words=" ".join(tidy.split())
    )
    history = answer_history(session, programme_id, name, most=1)
    if (history[0].words if history else "") == tidy:
        return False
    row = PrivacyAnswer(
        programme_id=programme_id, id=new_id(), name=name, words=tidy, written_by=actor_id, written_at=clock.now()
    )
    session.add(row)
    session.flush()
    audit.record(session, programme_id, "privacy answer written", actor_id=actor_id, subject_id=row.id)
    return True


def register_rows(session: Session, programme_id: UUID) -> list[Row]:
    """One row a purpose, from the list of what is held, the settings, and the programme's own answers."""
    settings, answers = read_settings(session, programme_id), answers_of(session, programme_id)
    rows = []
    for aim, words in AIMS.items():
        holdings = [each for each in personal() if each.aim is aim]
        whose = [each for each in Whose if each is not Whose.NOBODY and any(each in holding.whose for holding in holdings)]
        kept = dict.fromkeys(kept_for(each.keep, settings) for each in holdings)
        basis = answers.get(basis_of(aim).name)
        rows.append(
            Row(
                aim,
                words.name,
                words.about,
                tuple(WHOSE[each] for each in whose),
                words.readers,
                tuple(kept),
                words.tells_of_health,
                basis.words if basis else "",
            )
        )
    return [row for row in rows if row.whose]


def print_register(session: Session, programme_id: UUID, *, programme: str) -> bytes:
    """The register as a PDF."""
    record = _record(session, programme_id, programme, Sentence("Register of processing"), REGISTER)
    return compile_document("processing_register", record)


def print_assessment(session: Session, programme_id: UUID, *, programme: str) -> bytes:
    """The impact assessment as a PDF."""
    record = _record(session, programme_id, programme, Sentence("Data protection impact assessment"), ASSESSMENT)
    return compile_document("dpia", record)


def _record(
    session: Session, programme_id: UUID, programme: str, title: Sentence, questions: Sequence[Question]
) -> dict[str, Any]:
    answers, today = answers_of(session, programme_id), clock.today()
    missing = str(Sentence("Not filled in yet."))
    return {
        "issued_on": today.isoformat(),
        "language": "en",
        "programme": programme,
        "display": {
            "title": str(title),
            "page": str(Sentence("Page {page} of {pages}")),
            "date": display_day(today),
            "programme": programme,
            "answers": [
                [str(each.title), answers[each.name].words if each.name in answers else missing, each.name in answers]
                for each in questions
            ],
            "rows_title": str(Sentence("What is kept, and for what")),
            "rows": [
                {
                    "name": str(row.name),
                    "facts": [
                        [str(Sentence("What")), str(row.about)],
                        [str(Sentence("About whom")), ", ".join(map(str, row.whose))],
                        [str(Sentence("Who reads it")), str(row.readers)],
                        [str(Sentence("How long")), " ".join(map(str, row.kept))],
                        [str(Sentence("Can tell of health")), str(Sentence("Yes") if row.tells_of_health else Sentence("No"))],
                        [str(Sentence("Why it may be kept")), row.basis or missing],
                    ],
                }
                for row in register_rows(session, programme_id)
            ],
            "safeguards_title": str(Sentence("What the service does to keep it safe")),
            "safeguards": [str(each) for each in SAFEGUARDS],
        },
    }
