"""Somebody opens a link with letters: what they read, what they can take, what is kept, and what an ended link says."""

from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask

from tests.page_client import PageClient
from tests.web.issued_letter import Letter, issue_another, issue_letter
from tests.web.world import World
from timecredits.foundation import clock
from timecredits.foundation.db import new_id
from timecredits.foundation.signed_documents import read_attached_record
from timecredits.journey.packs.pack_links import list_pack_looks
from timecredits.journey.packs.packs import end_pack, find_pack
from timecredits.web.database import db


@pytest.fixture
def letter(app: Flask, world: World) -> Letter:
    return issue_letter(app, world)


def looks(letter: Letter, pack_id: UUID) -> list[str]:
    with letter.app.app_context():
        pack = find_pack(db.session(), letter.world.programme_id, letter.volunteer_id, pack_id)
        return sorted(each.what for each in list_pack_looks(db.session(), pack)[0])


def test_a_reader_sees_each_letter_as_it_stands(client: PageClient, letter: Letter) -> None:
    _pack, code = letter.shared(title="Secret plan")
    page = client.get(f"/s/{code}")
    assert page.heading == "Letters that were shared with you"
    for wanted in ("Siân O'Neill-Wyn", "Riverside Trust", "Garden group", "2 hours", "Jo Reed", letter.number, "it still stands"):
        assert wanted in page.text, wanted
    assert f"{letter.code[:3]}-{letter.code[3:7]}-{letter.code[7:]}" in page.text
    assert "Secret plan" not in page.response.text
    assert "She notices people." not in page.text
    assert page.soup.select_one('meta[name="referrer"]')["content"] == "no-referrer"  # type: ignore[index]
    assert page.response.headers["X-Robots-Tag"] == "noindex"
    assert "Siân" not in str(page.soup.select_one("title"))
    assert "Set-Cookie" not in page.response.headers


def test_what_became_of_a_letter_is_told(client: PageClient, letter: Letter) -> None:
    newer = issue_another(letter)
    _pack, code = letter.shared(newer)
    letter.correct()
    newest = issue_another(letter)
    page = client.get(f"/s/{code}")
    assert "Real, but out of date" in page.text
    assert "Total on the letter: 2 hours. Total now: 1 hour." in page.text
    assert f"There is a newer letter, number {newest.number}." in page.text
    letter.withdraw()
    newer.withdraw()
    page = client.get(f"/s/{code}")
    assert page.text.count("Withdrawn: do not rely on it") == 2
    for hidden in ("2 hours", "1 hour", "Garden group", "Private reason", "Open as one file", "Open letter"):
        assert hidden not in page.text, hidden


def test_the_files_are_there_byte_for_byte_and_as_one(client: PageClient, letter: Letter) -> None:
    pack_id, code = letter.shared(issue_another(letter))
    page = client.get(f"/s/{code}")
    one = client.get(page.link(f"Open letter {letter.number}")).response
    assert one.data == letter.content
    assert (one.mimetype, one.headers["Cache-Control"]) == ("application/pdf", "no-store")
    pack = client.get(page.link("Open as one file")).response
    record = read_attached_record(pack.data)
    assert record is not None
    assert len(record["referees"]) == 2
    assert record["check"]["url"].endswith(f"/s/{code}")
    assert "Siân" not in pack.headers["Content-Disposition"] + one.headers["Content-Disposition"]
    assert looks(letter, pack_id) == ["file", "letter", "page"]


def test_a_machine_and_the_owner_are_not_counted(client: PageClient, letter: Letter) -> None:
    pack_id, code = letter.shared()
    for address in (f"/s/{code}", f"/s/{code}/letters.pdf", f"/s/{code}/{letter.reference_id}.pdf"):
        assert client.http.head(address).status_code == 200
    me = letter.world.sign_in(PageClient(letter.app), "volunteer")
    assert "We did not count this look" in me.get(f"/s/{code}").text
    me.get(f"/s/{code}/letters.pdf")
    assert looks(letter, pack_id) == []
    assert letter.looks() == []
    other = letter.world.sign_in(PageClient(letter.app), "other_volunteer")
    assert "We did not count this look" not in other.get(f"/s/{code}").text
    assert looks(letter, pack_id) == ["page"]
    assert [(look.way, look.answer) for look in letter.looks()] == [("pack", "valid")]


def test_every_link_that_does_not_work_says_the_same(client: PageClient, letter: Letter) -> None:
    ended_id, ended = letter.shared()
    _ran_out, ran_out = letter.shared(days=0)
    with letter.app.app_context():
        end_pack(db.session(), letter.world.programme_id, letter.volunteer_id, ended_id)
        db.session.commit()
    later = clock.now() + timedelta(days=366)
    answers = []
    with clock.standing_at(later):
        for address in (
            ended,
            ran_out,
            "A" * 47,
            "x",
            "%20",
            ended[:-1],
            f"{ended}/letters.pdf",
            f"{ended}/{letter.reference_id}.pdf",
        ):
            page = client.get(f"/s/{address}", status=404)
            answers.append((page.heading, page.text))
    assert set(answers) == {answers[0]}
    assert "Ask the person who sent you this link." in answers[0][1]
    assert client.get(f"/v/{letter.secret}").heading == "This letter is real"  # on paper it goes on


def test_only_the_letters_behind_a_link_can_be_taken(client: PageClient, letter: Letter) -> None:
    private = issue_another(letter)
    _pack, code = letter.shared()
    for reference_id in (private.reference_id, new_id()):
        page = client.get(f"/s/{code}/{reference_id}.pdf", status=404)
        assert page.heading == "There is nothing at this link"
    letter.withdraw()
    client.get(f"/s/{code}/{letter.reference_id}.pdf", status=404)
    client.get(f"/s/{code}/letters.pdf", status=404)
