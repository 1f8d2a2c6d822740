"""A second look: every state a draft can be in, and everything that can be done to it there."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.journey.charity import AUTHOR, ISSUER, TODAY, Charity, correct, withdraw
from timecredits.foundation import clock
from timecredits.foundation.db import new_id
from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.journey.learning.training import TrainingFacts
from timecredits.journey.learning.training_confirming import Confirmer, add_confirmed_training
from timecredits.journey.learning_models import TrainingKind
from timecredits.journey.letters.giving_a_look import look_at
from timecredits.journey.letters.issuing import Issued, issue_reference, preview_letter
from timecredits.journey.letters.references import Author, change_draft, remove_draft, write_anew
from timecredits.journey.letters.second_look import Look, count_looks, look_mark, look_of, looks_waiting, require_look
from timecredits.journey.models import Reference, ReferenceStatus
from timecredits.network.models import Organisation

ADA = Author(new_id(), "Ada Okafor", "Director")


def mark(charity: Charity, draft: Reference) -> str:
    return look_mark(draft, preview_letter(charity.session, draft))


def look(charity: Charity, draft: Reference, note: str = "", *, reader: Author = ADA, seen: str | None = None) -> Reference:
    return look_at(
        charity.session,
        charity.programme_id,
        charity.organisation_id,
        draft.id,
        reader_id=reader.user_id,
        reader_name=reader.name,
        seen=mark(charity, draft) if seen is None else seen,
        note=note,
    )


def change(charity: Charity, draft: Reference, opinion: str = "Kind.", author: Author = AUTHOR, **choices: Any) -> None:
    values: dict[str, Any] = {"wants_second_look": draft.wants_second_look} | choices
    change_draft(
        charity.session,
        charity.programme_id,
        charity.organisation_id,
        draft.id,
        holder_name=draft.holder_name,
        opinion=opinion,
        neutral_letterhead=False,
        author=author,
        **values,
    )


def waiting(charity: Charity, reader: Author) -> list[tuple[str, str]]:
    found = looks_waiting(charity.session, charity.programme_id, charity.organisation_id, reader_id=reader.user_id)
    count = count_looks(charity.session, charity.programme_id, charity.organisation_id, reader_id=reader.user_id)
    assert count == len(found)
    return [(each.author_name, each.note) for each in found]


def test_a_look_that_is_wanted_and_not_given_stops_the_issue(charity: Charity) -> None:
    draft = charity.draft(wants_second_look=True)
    assert (look_of(draft), waiting(charity, ADA), waiting(charity, AUTHOR)) == (Look.WAITING, [("Jo Reed", "")], [])
    with pytest.raises(RuleError, match="must read this letter first"):
        charity.issue(draft)

    look(charity, draft, "Say more of the garden.")
    assert (look_of(draft), waiting(charity, ADA)) == (Look.SENT_BACK, [])
    assert waiting(charity, AUTHOR) == [("Jo Reed", "Say more of the garden.")]
    with pytest.raises(RuleError, match="asked for a change"):
        charity.issue(draft)

    change(charity, draft, "She planned the garden.")
    assert (look_of(draft), draft.looked_by_name, draft.look_note) == (Look.WAITING, None, "")
    look(charity, draft)
    assert (look_of(draft), draft.looked_by_name) == (Look.FINE, "Ada Okafor")
    assert charity.issue(draft).reference.status is ReferenceStatus.ISSUED


def test_a_change_after_the_look_asks_for_a_new_one(charity: Charity) -> None:
    draft = charity.draft(wants_second_look=True)
    look(charity, draft)
    change(charity, draft, "Other words.")
    with pytest.raises(RuleError, match="must read"):
        charity.issue(draft)


def test_never_the_author_nor_who_became_it(charity: Charity) -> None:
    draft = charity.draft(wants_second_look=True)
    with pytest.raises(RuleError, match="You wrote this letter"):
        look(charity, draft, reader=AUTHOR)
    change(charity, draft, "Mine now.", author=ADA)
    with pytest.raises(RuleError, match="You wrote this letter"):
        look(charity, draft, reader=ADA)
    look(charity, draft, reader=AUTHOR)
    assert look_of(draft) is Look.FINE


def test_what_was_read_is_what_is_let_through(charity: Charity) -> None:
    draft = charity.draft(wants_second_look=True)
    seen = mark(charity, draft)
    change(charity, draft, "Words put in meanwhile.")
    with pytest.raises(RuleError, match="changed while you read it"):
        look(charity, draft, seen=seen)
    assert look_of(draft) is Look.WAITING


def more_hours(charity: Charity) -> None:
    charity.give_hours(TODAY, 60)


def fewer_hours(charity: Charity) -> None:
    correct(charity)


def another_letterhead(charity: Charity) -> None:
    charity.session.get_one(Organisation, (charity.programme_id, charity.organisation_id)).contact_phone = "01353 111111"


def more_training(charity: Charity) -> None:
    facts = TrainingFacts(TrainingKind.TRAINING, "First aid", "St Example", date(2026, 5, 1))
    add_confirmed_training(
        charity.session,
        charity.programme_id,
        charity.organisation_id,
        charity.volunteer_id,
        facts,
        training_id=new_id(),
        by=Confirmer(AUTHOR.user_id, AUTHOR.name),
        today=TODAY,
    )


@pytest.mark.parametrize("changed", [more_hours, fewer_hours, another_letterhead, more_training])
def test_what_the_register_says_is_issued_and_let_through_as_it_was_read(
    charity: Charity, changed: Callable[[Charity], None]
) -> None:
    draft, for_ada = charity.draft(), charity.draft(wants_second_look=True)
    seen, seen_by_ada = mark(charity, draft), mark(charity, for_ada)
    changed(charity)
    charity.session.flush()
    with pytest.raises(RuleError, match=r"changed while you read it\. Nothing was issued"):
        issue_as_seen(charity, draft, seen)
    assert draft.status is ReferenceStatus.DRAFT
    with pytest.raises(RuleError, match=r"changed while you read it\. Nothing was saved"):
        look(charity, for_ada, seen=seen_by_ada)
    assert look_of(for_ada) is Look.WAITING
    issued = issue_as_seen(charity, draft, mark(charity, draft))
    assert issued.reference.status is ReferenceStatus.ISSUED
    assert issue_as_seen(charity, draft, seen).reference is issued.reference  # the same press twice


def test_a_day_later_the_mark_is_the_same(charity: Charity) -> None:
    draft = charity.draft()
    seen = mark(charity, draft)
    with clock.standing_at(clock.now() + timedelta(days=1)):
        assert mark(charity, draft) == seen


def issue_as_seen(charity: Charity, draft: Reference, seen: str) -> Issued:
    return issue_reference(
        charity.session,
        charity.programme_id,
        charity.organisation_id,
        draft.id,
        issuer=ISSUER,
        actor_id=AUTHOR.user_id,
        seen=seen,
    )


def test_nobody_asked_or_the_note_is_too_long(charity: Charity) -> None:
    draft = charity.draft()
    with pytest.raises(RuleError, match="Nobody asks"):
        look(charity, draft)
    asked = charity.draft(wants_second_look=True)
    with pytest.raises(RuleError) as fault:
        look(charity, asked, "x" * 501)
    assert fault.value.field == "note"
    with pytest.raises(NotFoundError):
        look_at(
            charity.session,
            charity.programme_id,
            charity.other_organisation_id,
            asked.id,
            reader_id=ADA.user_id,
            reader_name=ADA.name,
            seen=mark(charity, asked),
        )


MARKED = ("holder_name", "opinion", "neutral_letterhead", "language", "confidential", "author_id", "signer_name", "signer_title")


@pytest.mark.parametrize("part", MARKED)
def test_the_mark_is_of_everything_that_stands_there(charity: Charity, part: str) -> None:
    draft = charity.draft(wants_second_look=True)
    before = mark(charity, draft)
    value = getattr(draft, part)
    others = {"author_id": new_id(), "language": "cy"}
    setattr(draft, part, (not value) if isinstance(value, bool) else others.get(part, f"{value}x"))
    assert mark(charity, draft) != before


def test_a_letter_written_anew_has_the_same_choices_and_nobody_signs_anothers_words(charity: Charity) -> None:
    old = charity.draft(opinion="Kind.", neutral=True, language="cy", confidential=True)
    with pytest.raises(RuleError, match="still a draft"):
        anew(charity, old, AUTHOR)
    charity.issue(old)
    mine = anew(charity, old, AUTHOR)
    assert (mine.opinion, mine.neutral_letterhead, mine.language, mine.confidential) == ("Kind.", True, "cy", True)
    assert (mine.status, old.status) == (ReferenceStatus.DRAFT, ReferenceStatus.ISSUED)
    hers = anew(charity, old, ADA)
    assert (hers.opinion, hers.signer_name) == ("", "Ada Okafor")
    withdraw(charity, old)
    assert anew(charity, old, AUTHOR).opinion == "Kind."


def test_hours_elsewhere_are_not_agreed_to_twice(charity: Charity) -> None:
    old = charity.draft(with_elsewhere=True)
    charity.issue(old)
    assert not anew(charity, old, AUTHOR).with_elsewhere
    assert old.with_elsewhere


def anew(charity: Charity, old: Reference, author: Author) -> Reference:
    return write_anew(
        charity.session, charity.programme_id, charity.organisation_id, old.id, new_reference_id=new_id(), author=author
    )


ACTS = ("change", "change without look", "fine", "send back", "author looks", "issue", "withdraw", "remove")


def allowed(act: str, status: str, wanted: Look) -> bool:
    """The whole life in one table: whether an act is let through on a letter that stands so."""
    if status == "draft":
        return {
            "change": True,
            "change without look": True,
            "fine": wanted is not Look.NOT_WANTED,
            "send back": wanted is not Look.NOT_WANTED,
            "author looks": False,
            "issue": wanted in {Look.NOT_WANTED, Look.FINE},
            "withdraw": False,
            "remove": True,
        }[act]
    return (act == "withdraw" and status in {"issued", "withdrawn"}) or (act == "issue" and status == "issued")


def do(charity: Charity, draft: Reference, act: str) -> None:
    acts = {
        "change": lambda: change(charity, draft, f"Words {new_id()}", wants_second_look=True),
        "change without look": lambda: change(charity, draft, wants_second_look=False),
        "fine": lambda: look(charity, draft),
        "send back": lambda: look(charity, draft, "More, please."),
        "author looks": lambda: look(charity, draft, reader=AUTHOR),
        "issue": lambda: charity.issue(draft),
        "withdraw": lambda: withdraw(charity, draft),
        "remove": lambda: remove_draft(
            charity.session, charity.programme_id, charity.organisation_id, draft.id, actor_id=AUTHOR.user_id
        ),
    }
    acts[act]()


AFTER = {"change": Look.WAITING, "change without look": Look.NOT_WANTED, "fine": Look.FINE, "send back": Look.SENT_BACK}


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(wanted=st.booleans(), acts=st.lists(st.sampled_from(ACTS), max_size=8))
def test_every_way_through_a_letters_life(charity: Charity, wanted: bool, acts: list[str]) -> None:  # noqa: FBT001
    draft = charity.draft(wants_second_look=wanted)
    status, stands, frozen = "draft", look_of(draft), None
    for act in acts:
        if not allowed(act, status, stands):
            with pytest.raises((RuleError, NotFoundError)):
                do(charity, draft, act)
        else:
            do(charity, draft, act)
            if act == "remove":
                charity.session.flush()
                return
            stands = AFTER.get(act, stands)
            status = {"issue": "issued", "withdraw": "withdrawn"}.get(act, status)
        assert (draft.status.value, look_of(draft)) == (status, stands)
        printed = (draft.holder_name, draft.opinion, draft.number, draft.facts, draft.document_id, draft.secret_hash)
        if status != "draft":
            frozen = frozen or printed
            assert printed == frozen
        if status == "draft" and stands in {Look.WAITING, Look.SENT_BACK}:
            with pytest.raises(RuleError):
                require_look(draft)
