"""The words of the list of what is held: what data is for, whose it is, how long it is kept, and why some is not handed out."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from timecredits.foundation.wording import Sentence, counted
from timecredits.network.settings import Settings
from timecredits.records.privacy.holding import Aim, Export, Keep, Whose

__all__ = ["AIMS", "CONFIDENTIAL", "NOT_HERE", "PRIVATE", "WHOSE", "WHY_NOT", "AimWords", "kept_for"]


@dataclass(frozen=True, slots=True)
class AimWords:
    """One purpose: its name, a sentence, who reads it, and whether it can tell of health."""

    name: Sentence
    about: Sentence
    readers: Sentence
    tells_of_health: bool = False


AIMS: Final[Mapping[Aim, AimWords]] = {
    Aim.KNOW: AimWords(
        Sentence("To know the right person"),
        Sentence("Names, numbers, the month of birth and a photo, so that hours go to the right person."),
        Sentence("Coordinators of the organisations where they are."),
        tells_of_health=True,
    ),
    Aim.SIGN_IN: AimWords(
        Sentence("To sign in"),
        Sentence("Email addresses, hashes of passwords, and which browsers are signed in."),
        Sentence("Nobody, on any screen."),
    ),
    Aim.HOURS: AimWords(
        Sentence("To keep a true record of time given"),
        Sentence("Who gave how much time, where and when. It is the proof behind letters and credits."),
        Sentence("The person, and coordinators of the organisation where the time was given."),
        tells_of_health=True,
    ),
    Aim.CREDITS: AimWords(
        Sentence("To give credits and take them"),
        Sentence("What was earned, used and given, and the codes and cards that show it."),
        Sentence("The person. A place sees first name and initial on the day."),
    ),
    Aim.LETTERS: AimWords(
        Sentence("To write letters, and let them be checked"),
        Sentence("Letters about people, who could speak for them, and that somebody checked a letter."),
        Sentence("The person, the organisation that wrote it, and whoever holds the letter."),
    ),
    Aim.JOURNEY: AimWords(
        Sentence("To help people on their own way"),
        Sentence("Training, private notes, goals and first steps. The words are sealed."),
        Sentence("The person alone, and whom they choose."),
        tells_of_health=True,
    ),
    Aim.ASKING: AimWords(
        Sentence("To answer people who ask us to be in touch"),
        Sentence("What somebody asks for, for themselves or for somebody else. It is sealed."),
        Sentence("Project workers of the organisation that was asked."),
        tells_of_health=True,
    ),
    Aim.MENTORING: AimWords(
        Sentence("To match mentors, and help pairs along"),
        Sentence("Who is a pair, what they agreed, goals and notes. The words are sealed."),
        Sentence("The two of them and project workers."),
        tells_of_health=True,
    ),
    Aim.GROUPS: AimWords(
        Sentence("To let people meet, and read one another"),
        Sentence("Who is in a group, what people need at events, and what they write for others."),
        Sentence("Members of the group, those who look after it, and for comments everybody."),
        tells_of_health=True,
    ),
    Aim.SAFETY: AimWords(
        Sentence("To keep people safe"),
        Sentence("Worries about somebody, checks that staff saw, and people to be kept apart."),
        Sentence("Safeguarding leads. Staff see the checks that a role needs."),
        tells_of_health=True,
    ),
    Aim.IMPACT: AimWords(
        Sentence("To learn whether it helps"),
        Sentence("Answers about how people are doing, sealed. Nobody has to answer."),
        Sentence("Nobody with a name. Reports hide small numbers."),
        tells_of_health=True,
    ),
    Aim.MONEY: AimWords(
        Sentence("To note money for joining, and donations"),
        Sentence("How much, when, and whose. Never beside credits."),
        Sentence("Coordinators of that organisation."),
    ),
    Aim.STAFF: AimWords(
        Sentence("To know who works here, and as what"),
        Sentence("Names, work emails, roles and duties of staff."),
        Sentence("Staff of the same organisation, and the programme."),
    ),
    Aim.REPORTS: AimWords(
        Sentence("To tell funders what happened"),
        Sentence("Counts by month. They are worked out from hours and credits, and hold no names."),
        Sentence("Staff. Small numbers of people are hidden."),
    ),
    Aim.RUNNING: AimWords(
        Sentence("To run the service"),
        Sentence("Mails on their way, long work, settings, and who of the staff did what."),
        Sentence("Nobody but those who run the service."),
    ),
}

WHOSE: Final[Mapping[Whose, Sentence]] = {
    Whose.PERSON: Sentence("Volunteers"),
    Whose.STAFF: Sentence("Staff"),
    Whose.CONTACT: Sentence("Referees and contacts"),
    Whose.ASKING: Sentence("People who ask, or are referred"),
    Whose.VISITOR: Sentence("Visitors who write to us"),
    Whose.NOBODY: Sentence("Nobody"),
}

PRIVATE: Final = Sentence("Only the person reads this, so staff are not handed it. They get it with their own copy.")
NOT_HERE: Final = Sentence("This is not held by your organisation. The person or the programme manager can get it.")
CONFIDENTIAL: Final = Sentence("This letter was given in confidence. What it says is not handed out.")
WHY_NOT: Final[Mapping[Export, Sentence]] = {
    Export.SECRET: Sentence("Keys and codes are not handed out: they open things."),
    Export.OTHERS: Sentence("This names somebody else."),
    Export.STAFF_NOTES: Sentence("Staff wrote this for staff. You can ask the programme manager to look at it with you."),
}
"""Why a column is left out. What is left out for another reason has none."""


def kept_for(keep: Keep, settings: Settings) -> Sentence:
    """How long rows are kept, with what the programme has set."""
    if keep is Keep.PERSON and settings.keep_people_months is not None:
        return counted(
            "Until the person asks, or %(num)s month after all that they did here.",
            "Until the person asks, or %(num)s months after all that they did here.",
            settings.keep_people_months,
        )
    months = {
        Keep.REQUESTS: settings.keep_requests_months,
        Keep.WORDS: settings.keep_words_months,
        Keep.ANSWERS: settings.keep_answers_months,
    }
    return _months(months[keep]) if keep in months else _ALWAYS[keep]


_ALWAYS: Final[Mapping[Keep, Sentence]] = {
    Keep.BOOKS: Sentence("For good. Once a person is erased it stands there without a name."),
    Keep.PERSON: Sentence("Until the person removes it, or asks to be erased."),
    Keep.DAYS: Sentence("Some days. Then it goes by itself."),
    Keep.STAFF: Sentence("As proof of who did what, for as long as that is needed."),
    Keep.PROGRAMME: Sentence("While the programme runs."),
}


def _months(months: int) -> Sentence:
    return counted("For %(num)s month after it ended.", "For %(num)s months after it ended.", months)
