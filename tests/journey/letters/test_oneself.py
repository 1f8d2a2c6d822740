"""Staff who give time themselves: no hand in letters about themselves, and none in confidence about them to be found."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.journey.charity import AUTHOR, Charity
from timecredits.foundation.db import new_id
from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.journey.letters.bulk_issuing import BulkLetters, BulkPeople, ask_for_letters, bulk_letters, bulk_people
from timecredits.journey.letters.giving_a_look import look_at
from timecredits.journey.letters.listing import letter_file, list_letters
from timecredits.journey.letters.references import Author, change_draft, find_reference, remove_draft, write_anew
from timecredits.journey.letters.second_look import count_looks, looks_waiting
from timecredits.journey.letters.withdrawing import withdraw_reference
from timecredits.journey.models import Reference, ReferenceStatus
from timecredits.network.models import Volunteer
from timecredits.network.users import create_user


@pytest.fixture
def me(charity: Charity) -> Author:
    """The volunteer, who is on the staff."""
    user = create_user(charity.session, email="sian@example.org", name="Siân")
    charity.session.get_one(Volunteer, (charity.programme_id, charity.volunteer_id)).user_id = user.id
    charity.session.flush()
    return Author(user.id, "Siân", "Trustee")


def here(charity: Charity) -> tuple[Any, Any, Any]:
    return charity.session, charity.programme_id, charity.organisation_id


def change(charity: Charity, letter: Reference, me: Author) -> None:
    change_draft(*here(charity), letter.id, holder_name="Siân", opinion="Best.", neutral_letterhead=False, author=me)


def look(charity: Charity, letter: Reference, me: Author) -> None:
    look_at(*here(charity), letter.id, reader_id=me.user_id, reader_name=me.name, seen="")


def again(charity: Charity, letter: Reference, me: Author) -> None:
    write_anew(*here(charity), letter.id, new_reference_id=new_id(), author=me)


def withdraw(charity: Charity, letter: Reference, me: Author) -> None:
    withdraw_reference(*here(charity), letter.id, reason="Mine", actor_id=me.user_id)


def remove(charity: Charity, letter: Reference, me: Author) -> None:
    remove_draft(*here(charity), letter.id, actor_id=me.user_id)


def read(charity: Charity, letter: Reference, me: Author) -> None:
    find_reference(*here(charity), letter.id, reader_id=me.user_id)


def take_away(charity: Charity, letter: Reference, me: Author) -> None:
    letter_file(*here(charity), letter.id, reader_id=me.user_id)


Act = Callable[[Charity, Reference, Author], None]


def test_nobody_begins_a_letter_about_themselves(charity: Charity, me: Author) -> None:
    with pytest.raises(RuleError, match="about yourself"):
        charity.draft(author=me)
    assert list_letters(*here(charity)).total == 0


@pytest.mark.parametrize("act", [change, look])
def test_nobody_changes_or_looks_at_one(charity: Charity, me: Author, act: Act) -> None:
    draft = charity.draft(wants_second_look=True, opinion="Kind.")
    with pytest.raises(RuleError, match="about yourself"):
        act(charity, draft, me)
    assert (draft.opinion, draft.looked_at, draft.author_id) == ("Kind.", None, AUTHOR.user_id)
    assert list(looks_waiting(*here(charity), reader_id=me.user_id)) == []
    assert count_looks(*here(charity), reader_id=me.user_id) == 0
    assert count_looks(*here(charity), reader_id=new_id()) == 1


def test_nor_writes_one_again(charity: Charity, me: Author) -> None:
    letter = charity.issue(charity.draft()).reference
    with pytest.raises(RuleError, match="about yourself"):
        again(charity, letter, me)


@pytest.mark.parametrize("act", [read, change, look, remove])
def test_a_draft_in_confidence_about_me_is_not_there(charity: Charity, me: Author, act: Act) -> None:
    draft = charity.draft(confidential=True, wants_second_look=True)
    with pytest.raises(NotFoundError):
        act(charity, draft, me)
    assert list_letters(*here(charity), reader_id=me.user_id).total == 0
    assert list_letters(*here(charity), reader_id=AUTHOR.user_id).total == 1


@pytest.mark.parametrize("act", [read, take_away, again, withdraw])
def test_an_issued_one_in_confidence_about_me_is_not_there(charity: Charity, me: Author, act: Act) -> None:
    letter = charity.issue(charity.draft(confidential=True)).reference
    with pytest.raises(NotFoundError):
        act(charity, letter, me)
    act(charity, letter, AUTHOR)


def test_what_is_not_in_confidence_can_be_read(charity: Charity, me: Author) -> None:
    letter = charity.issue(charity.draft()).reference
    read(charity, letter, me)
    take_away(charity, letter, me)
    assert list_letters(*here(charity), reader_id=me.user_id).total == 1


def test_lists_for_many_leave_me_out(charity: Charity, me: Author) -> None:
    charity.draft("Draft")
    secret = charity.issue(charity.draft("Secret", confidential=True)).reference
    charity.issue(charity.draft("Open"))

    def seen(status: ReferenceStatus) -> list[str]:
        return [each.holder_name for each in bulk_letters(*here(charity), status, reader_id=me.user_id).letters]

    assert bulk_people(*here(charity), reader_id=me.user_id) == BulkPeople((), 0, 0)
    assert bulk_letters(*here(charity), ReferenceStatus.DRAFT, reader_id=me.user_id) == BulkLetters((), 0)
    assert seen(ReferenceStatus.ISSUED) == ["Open"]
    assert bulk_people(*here(charity), reader_id=AUTHOR.user_id).count == 1
    with pytest.raises(RuleError, match="Tick one or more"):
        ask_for_letters(*here(charity), job_id=new_id(), author=me, reference_ids=[secret.id])
