"""What a letter says is what the register says: at the moment of issue, and for ever after."""

import copy
import hashlib
from datetime import date, timedelta
from uuid import UUID

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.journey.charity import AUTHOR, BASE_URL, ISSUER, TODAY, Charity, correct
from timecredits.foundation import clock
from timecredits.foundation.db import new_id
from timecredits.foundation.mail import MailMessage
from timecredits.hours.activities import ActivityFacts, create_activity
from timecredits.hours.correcting import correct_hours
from timecredits.hours.history.hour_history import hour_history
from timecredits.hours.models import HourSource
from timecredits.hours.recording import NewHours, record_hours
from timecredits.journey.learning_models import Training, TrainingKind
from timecredits.journey.letters.issuing import Issuer, issue_reference
from timecredits.journey.letters.letter_states import LetterState, letter_standings
from timecredits.journey.letters.references import start_letter
from timecredits.journey.models import Document, Reference
from timecredits.network.models import Volunteer
from timecredits.network.users import create_user
from timecredits.network.volunteers import enrol_at_another, enrol_volunteer

DAYS = st.integers(0, 1000).map(lambda days: TODAY - timedelta(days=days))
_CORRECTED = st.sampled_from((None, 0, 45))
ENTRY = st.tuples(st.sampled_from(("garden", "kitchen", "elsewhere")), DAYS, st.integers(1, 600), _CORRECTED).filter(
    lambda entry: entry[2] != entry[3]  # a correction corrects something
)


def somebody_new(charity: Charity) -> UUID:
    """A fresh person of the charity and of the organisation beside it, with no hours."""
    person = enrol_volunteer(charity.session, charity.programme_id, charity.organisation_id, first_name="Ira").volunteer
    enrol_at_another(charity.session, person, charity.other_organisation_id)
    charity.volunteer_id = person.id
    return person.id


def add(charity: Charity, places: dict[str, tuple[UUID, UUID]], entry: tuple[str, date, int, int | None]) -> None:
    """Record hours, and correct them where `right` says what they are (0: they are taken away)."""
    place, day, minutes, right = entry
    organisation_id, activity_id = places[place]
    entry_id, here = new_id(), (charity.programme_id, organisation_id)
    hours = NewHours(entry_id, charity.volunteer_id, activity_id, None, day, minutes)
    record_hours(charity.session, *here, [hours], source=HourSource.SINGLE, actor_id=None, today=TODAY)
    if right is not None:
        correct_hours(charity.session, *here, entry_id, minutes=right or None, reason="Typed wrong", actor_id=None, today=TODAY)


def places_of(charity: Charity) -> dict[str, tuple[UUID, UUID]]:
    there = create_activity(
        charity.session, charity.programme_id, charity.other_organisation_id, ActivityFacts(f"Repair {new_id()}"), actor_id=None
    )
    return {
        "garden": (charity.organisation_id, charity.garden_id),
        "kitchen": (charity.organisation_id, charity.kitchen_id),
        "elsewhere": (charity.other_organisation_id, there.id),
    }


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(before=st.lists(ENTRY, max_size=8), after=st.lists(ENTRY, max_size=4), both=st.booleans())
def test_the_figures_are_the_registers_and_stay_as_they_were_frozen(
    charity: Charity,
    before: list[tuple[str, date, int, int | None]],
    after: list[tuple[str, date, int, int | None]],
    both: bool,  # noqa: FBT001  hypothesis chooses it
) -> None:
    somebody_new(charity)
    places = places_of(charity)
    for entry in [("garden", TODAY, 30, None), *before]:
        add(charity, places, entry)

    letter = charity.issue(charity.draft("Ira", with_elsewhere=both)).reference
    assert letter.facts is not None
    facts = letter.facts["record"]["facts"]
    history = hour_history(
        charity.session, charity.programme_id, charity.volunteer_id, None if both else charity.organisation_id, as_of=TODAY
    )
    assert facts["total_minutes"] == history.total_minutes == sum(role["minutes"] for role in facts["roles"])
    assert sorted(role["minutes"] for role in facts["roles"]) == sorted(minutes for *_role, minutes in history.by_role)
    assert facts["as_of"] == str(history.last_day)
    assert standing(charity, letter) is LetterState.VALID

    kept, content = copy.deepcopy(letter.facts), document(charity.session, letter).content
    for entry in after:
        add(charity, places, entry)
    charity.session.expire_all()
    assert (letter.facts, document(charity.session, letter).content) == (kept, content)
    moved = [entry for entry in after if (both or entry[0] != "elsewhere") and (entry[2] if entry[3] is None else entry[3])]
    known = {role["activity_id"] for role in kept["counted"]["roles"]}
    counted = [entry for entry in moved if str(places[entry[0]][1]) in known]
    assert standing(charity, letter) is (LetterState.SUPERSEDED if counted else LetterState.VALID)


def standing(charity: Charity, letter: Reference) -> LetterState:
    return letter_standings(charity.session, charity.programme_id, [letter])[0].state


def document(session: Session, letter: Reference) -> Document:
    return session.get_one(Document, (letter.programme_id, letter.document_id))


def test_hours_elsewhere_corrected_make_the_letter_out_of_date(charity: Charity) -> None:
    somebody_new(charity)
    places = places_of(charity)
    for place in ("garden", "elsewhere"):
        add(charity, places, (place, TODAY, 60, None))
    alone, both = (
        charity.issue(charity.draft("Ira", with_elsewhere=with_elsewhere)).reference for with_elsewhere in (False, True)
    )
    assert [standing(charity, each) for each in (alone, both)] == [LetterState.VALID] * 2
    add(charity, places, ("elsewhere", TODAY, 30, None))
    assert [standing(charity, each) for each in (alone, both)] == [LetterState.VALID, LetterState.SUPERSEDED]


def test_only_hours_here_make_a_letter_from_here(charity: Charity) -> None:
    somebody_new(charity)
    add(charity, places_of(charity), ("elsewhere", date(2020, 1, 1), 60, None))
    here = charity.session, charity.programme_id, charity.organisation_id, charity.volunteer_id
    facts = start_letter(*here, with_elsewhere=True).facts
    assert (facts.has_own_hours, facts.minutes, facts.known_since) == (False, 60, TODAY)


def test_confirmed_training_stands_on_the_letter_and_is_frozen(charity: Charity) -> None:
    def training(title: str, organisation_id: UUID | None, **more: object) -> Training:
        values: dict[str, object] = {"awarded_by": "Red Cross", "completed_on": date(2026, 2, 1)} | more
        if organisation_id is not None:
            values |= {"confirmed_at": clock.now(), "confirmed_by": AUTHOR.user_id, "confirmed_by_name": "Jo Reed"}
        made = Training(
            programme_id=charity.programme_id,
            id=new_id(),
            volunteer_id=charity.volunteer_id,
            kind=TrainingKind.TRAINING,
            title=title,
            added_at=clock.now(),
            organisation_id=organisation_id,
            **values,
        )
        charity.session.add(made)
        charity.session.flush()
        return made

    here, there = charity.organisation_id, charity.other_organisation_id
    first_aid = training("First aid", here)
    training("Food hygiene", there, on_any_letter=True, completed_on=date(2025, 5, 5), awarded_by="")
    training("Not confirmed", None)
    training("Confirmed elsewhere", there)
    training("Removed", here, removed_at=clock.now())
    training("Our own course", here, completed_on=date(2026, 3, 1), awarded_by="The LANTERN House CIC")

    letter = charity.issue(charity.draft()).reference
    neutral = charity.issue(charity.draft(neutral=True)).reference
    assert letter.facts is not None
    facts = [(each["title"], each["awarded_by"], each["completed_on"]) for each in letter.facts["record"]["facts"]["training"]]
    assert facts == [
        ("Food hygiene", "", "2025-05-05"),
        ("First aid", "Red Cross", "2026-02-01"),
        ("Our own course", "The LANTERN House CIC", "2026-03-01"),
    ]
    assert "lantern" not in str(neutral.facts).lower()
    first_aid.removed_at = clock.now()
    charity.session.flush()
    charity.session.expire_all()
    assert "First aid" in str(letter.facts)
    assert standing(charity, letter) is LetterState.VALID


def test_what_is_kept_is_what_was_signed(charity: Charity) -> None:
    signed = Issuer(BASE_URL, ISSUER.keyring, lambda pdf: pdf + b"%signed\n")
    issued = issue_reference(
        charity.session, charity.programme_id, charity.organisation_id, charity.draft().id, issuer=signed, actor_id=AUTHOR.user_id
    )
    kept = document(charity.session, issued.reference)
    assert kept.content.endswith(b"%signed\n")
    assert kept.sha256 == hashlib.sha256(kept.content).digest()


def test_the_person_is_told_once_that_something_waits(charity: Charity) -> None:
    user = create_user(charity.session, email="sian@example.org", name="Siân")
    charity.session.get_one(Volunteer, (charity.programme_id, charity.volunteer_id)).user_id = user.id
    draft = charity.draft()
    charity.issue(draft)
    charity.issue(draft)
    [mail] = charity.session.scalars(select(MailMessage))
    assert (mail.recipient, mail.subject) == ("sian@example.org", "Fenland Time Credits: something is waiting for you")
    assert "Something new is waiting for you." in mail.body
    for telling in ("Lantern", "letter", "Jo"):
        assert telling not in mail.body.replace(f"{BASE_URL}/my", "")


def test_without_an_email_nobody_is_told(charity: Charity) -> None:
    charity.issue(charity.draft())
    correct(charity)
    assert charity.session.scalar(select(func.count()).select_from(MailMessage)) == 0
