"""What is said about credits when hours are corrected: before, so that a coordinator can think again, and after."""

from collections.abc import Iterator, Sequence
from uuid import UUID

from sqlalchemy.orm import Session

from timecredits.foundation.amounts import credits_text
from timecredits.foundation.wording import Sentence, counted
from timecredits.hours.corrections import Corrected, CreditsUsedError
from timecredits.network.models import Volunteer
from timecredits.network.scope import find
from timecredits.network.settings import SpentCorrection

__all__ = ["asks_first", "check_agreed", "said_after", "said_of_many", "said_of_used", "used_of"]


def asks_first(who: str | Sequence[UUID], lent: int, owed: int, rule: SpentCorrection) -> Sentence:
    """Say what it would mean that `lent` minutes of credit were used already. Nothing is saved at that moment.

    `who` is a name, or several people, of whom only the number is said.
    """
    used, left = credits_text(lent), credits_text(owed)
    if rule is SpentCorrection.SHORTFALL:
        if not isinstance(who, str):
            return counted(
                "%(num)s person has used %(credits)s of these. "
                "Saving this leaves %(owed)s to be earned back. Nothing is saved yet.",
                "%(num)s people have used %(credits)s of these. "
                "Saving this leaves %(owed)s to be earned back. Nothing is saved yet.",
                len(who),
                credits=used,
                owed=left,
            )
        return Sentence(
            "%(name)s has used %(credits)s of these. Saving this leaves %(owed)s to be earned back. Nothing is saved yet.",
            name=who,
            credits=used,
            owed=left,
        )
    if not isinstance(who, str):
        return counted(
            "%(num)s person has used %(credits)s of these. If you save, the programme makes up for it. Nothing is saved yet.",
            "%(num)s people have used %(credits)s of these. If you save, the programme makes up for it. Nothing is saved yet.",
            len(who),
            credits=used,
        )
    return Sentence(
        "%(name)s has used %(credits)s of these. If you save, the programme makes up for it. Nothing is saved yet.",
        name=who,
        credits=used,
    )


def check_agreed(session: Session, programme_id: UUID, done: Sequence[Corrected], agreed_to: int | None) -> None:
    """Raise CreditsUsedError, to undo what was `done`, when it took more used credit than was agreed to; None agrees to all."""
    lent = sum(each.lent for each in done)
    if agreed_to is None or lent <= agreed_to:
        return
    people = _who_used(done)
    who = find(session, Volunteer, programme_id, people[0]).name if len(people) == 1 else people
    raise CreditsUsedError(asks_first(who, lent, _owed(done), done[0].rule), lent)


def said_after(corrected: Corrected) -> Iterator[Sentence]:
    """What a correction did to credits, where it isn't simply a credit an hour, and about those used already."""
    earned = corrected.earned_before, corrected.earned_after
    if any(earned) and earned != (corrected.before, corrected.after):
        yield Sentence(
            "It brought %(before)s. Now it brings %(after)s.",
            before=credits_text(corrected.earned_before),
            after=credits_text(corrected.earned_after),
        )
    yield from said_of_used(corrected.lent if corrected.rule is SpentCorrection.GOODWILL else 0, corrected.owed)


def said_of_many(done: Sequence[Corrected]) -> Iterator[Sentence]:
    """The same about credits used already, when hours were taken away together: a register's, an import's."""
    return said_of_used(*used_of(done))


def used_of(done: Sequence[Corrected]) -> tuple[int, int]:
    """What goodwill paid for good, and what those whose credits were used have to earn back, in minutes of credit."""
    lent = sum(each.lent for each in done)
    return (lent if lent and done[0].rule is SpentCorrection.GOODWILL else 0), _owed(done)


def said_of_used(made_up: int, owed: int) -> Iterator[Sentence]:
    """The words for what `used_of` answers; none where nothing was used."""
    if made_up:
        yield Sentence("%(credits)s had been used. The programme made up for it.", credits=credits_text(made_up))
    if owed:
        yield Sentence("This leaves %(owed)s to be earned back. The next hours do that.", owed=credits_text(owed))


def _who_used(done: Sequence[Corrected]) -> list[UUID]:
    return list(dict.fromkeys(each.volunteer_id for each in done if each.lent and each.volunteer_id is not None))


def _owed(done: Sequence[Corrected]) -> int:
    """What those whose credits were used have to earn back; each entry of a person says all that the person owes."""
    people = set(_who_used(done))
    return sum({each.volunteer_id: each.owed for each in done if each.volunteer_id in people}.values())
