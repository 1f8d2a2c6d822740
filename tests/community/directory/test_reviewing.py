from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from tests.community.directory.conftest import Directory
from timecredits.community.directory.entry_facts import EntryFacts
from timecredits.community.directory.keeping import change_entry, mark_reviewed, remove_entry, set_shown
from timecredits.community.directory.reports import Said, open_reports, say_wrong
from timecredits.community.directory.reviewing import ToLookAt, count_to_look_at, due_on, is_due, remind_keepers
from timecredits.community.directory_models import SupportFault
from timecredits.foundation import clock
from timecredits.foundation.clock import standing_at
from timecredits.foundation.mail import MailMessage
from timecredits.network.models import Organisation, RoleKind
from timecredits.network.users import create_user, give_role

DAY = timedelta(days=1)
NOW = clock.now()


def mails(directory: Directory) -> list[tuple[str, str, str]]:
    rows = directory.session.scalars(select(MailMessage).order_by(MailMessage.recipient, MailMessage.queued_at))
    return [(each.recipient, each.subject, each.body) for each in rows]


def aged(directory: Directory, name: str, days: int, **said: Any) -> Any:
    with standing_at(NOW - days * DAY):
        return directory.add(name, **said)


@pytest.mark.parametrize(
    ("months", "days", "due"), [(3, 80, False), (3, 100, True), (6, 150, False), (6, 190, True), (12, 370, True)]
)
def test_when_an_entry_is_due(directory: Directory, *, months: int, days: int, due: bool) -> None:
    entry = aged(directory, "Place", days, review_months=months, organisation_id=directory.organisation_id)
    assert is_due(entry, clock.local_day(NOW)) is due
    assert (due_on(entry) <= clock.local_day(NOW)) is due
    today = clock.local_day(NOW)
    counted = count_to_look_at(directory.session, directory.programme_id, directory.organisation_id, today=today)
    assert counted == ToLookAt(int(due), 0)
    assert remind_keepers(directory.session, directory.programme_id, now=NOW) == int(due)


def test_each_keeper_is_reminded_once_a_month(directory: Directory) -> None:
    session, programme_id = directory.session, directory.programme_id
    one, two = (aged(directory, name, 300, organisation_id=directory.organisation_id) for name in ("Grief group", "Shelter"))
    aged(directory, "Elsewhere", 300, elsewhere=True)
    assert remind_keepers(session, programme_id, now=NOW) == 1
    assert remind_keepers(session, programme_id, now=NOW) == 0
    assert remind_keepers(session, programme_id, now=NOW + 29 * DAY) == 0
    [(recipient, subject, body)] = mails(directory)
    assert recipient == "hello@riverside.example"
    for words in ("Grief", "Shelter", "support", "Riverside"):
        assert words not in subject
    assert "Grief" not in body
    assert remind_keepers(session, programme_id, now=NOW + 31 * DAY) == 1
    with standing_at(NOW + 32 * DAY):
        for entry in (one, two):
            mark_reviewed(session, programme_id, entry.id, actor_id=None)
    assert remind_keepers(session, programme_id, now=NOW + 70 * DAY) == 0


def test_an_entry_that_becomes_due_later_waits_for_the_next_mail(directory: Directory) -> None:
    aged(directory, "One", 300, organisation_id=directory.organisation_id)
    assert remind_keepers(directory.session, directory.programme_id, now=NOW) == 1
    aged(directory, "Two", 300, organisation_id=directory.organisation_id)
    assert remind_keepers(directory.session, directory.programme_id, now=NOW + 10 * DAY) == 0
    assert remind_keepers(directory.session, directory.programme_id, now=NOW + 31 * DAY) == 1


def test_the_programme_s_managers_are_told_of_its_own_and_of_those_without_an_address(directory: Directory) -> None:
    session, programme_id = directory.session, directory.programme_id
    session.get_one(Organisation, (programme_id, directory.organisation_id)).contact_email = ""
    aged(directory, "Own", 300)
    aged(directory, "Theirs", 300, organisation_id=directory.organisation_id)
    for name in ("ann", "bob"):
        user = create_user(session, email=f"{name}@programme.example", name=name)
        give_role(session, programme_id, user.id, RoleKind.PROGRAMME_MANAGER)
    assert remind_keepers(session, programme_id, now=NOW) == 4
    assert [recipient for recipient, _subject, _body in mails(directory)] == ["ann@programme.example"] * 2 + [
        "bob@programme.example"
    ] * 2


def test_nobody_is_reminded_of_what_nobody_sees(directory: Directory) -> None:
    session, programme_id = directory.session, directory.programme_id
    hidden, removed = (aged(directory, name, 300, organisation_id=directory.organisation_id) for name in ("A", "B"))
    set_shown(session, programme_id, hidden.id, shown=False, actor_id=None)
    remove_entry(session, programme_id, removed.id, actor_id=None)
    assert remind_keepers(session, programme_id, now=NOW) == 0


def test_a_report_is_kept_once_and_settled_by_looking(directory: Directory, steady_clock: None) -> None:
    assert steady_clock is None
    session, programme_id = directory.session, directory.programme_id
    entry = directory.add("Place", organisation_id=directory.organisation_id)

    def say(fault: SupportFault) -> Said:
        return say_wrong(session, programme_id, entry.id, fault, said_from="192.0.2.7")

    assert [say(fault) for fault in (SupportFault.LINK, SupportFault.LINK, SupportFault.PHONE)] == [
        Said.KEPT,
        Said.KNOWN,
        Said.KEPT,
    ]
    assert len(open_reports(session, programme_id, [entry.id])[entry.id]) == 2
    today = clock.today()
    assert count_to_look_at(session, programme_id, directory.organisation_id, today=today) == ToLookAt(0, 1)
    assert count_to_look_at(session, programme_id, directory.other_organisation_id, today=today) == ToLookAt(0, 0)
    change_entry(session, programme_id, entry.id, EntryFacts("Place", phone="111"), actor_id=None)
    assert open_reports(session, programme_id, [entry.id]) == {}
    assert say(SupportFault.LINK) is Said.KEPT
    assert [say(SupportFault.OTHER) for _ in range(40)][-1] is Said.TOO_MANY
