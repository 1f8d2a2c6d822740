"""An employer checks a letter: no account, one screen. By the square code, by code and surname, or by the file alone."""

import io
import re
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from tests.page_client import Page, PageClient
from tests.web.issued_letter import Letter, issue_letter
from tests.web.world import World
from timecredits.app import create_app
from timecredits.foundation.signed_documents import MOST_BYTES
from timecredits.web.database import db


@pytest.fixture
def letter(app: Flask, world: World) -> Letter:
    return issue_letter(app, world)


def typed(client: PageClient, code: str, surname: str, *, status: int = 200, **more: object) -> Page:
    return client.get("/v").submit("Check this letter", status=status, code=code, surname=surname, **more)


def test_a_real_letter_is_answered_on_one_screen(client: PageClient, letter: Letter) -> None:
    page = client.get(f"/v/{letter.secret}")
    assert page.heading == "This letter is real"
    for wanted in ("Siân O'Neill-Wyn", "Riverside Trust", "Garden group", "2 hours", "7 March 2026", "Jo Reed", "TC-20"):
        assert wanted in page.text, wanted
    assert "She notices people." in page.text
    headers = page.response.headers
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["X-Robots-Tag"] == "noindex"
    assert letter.look_ups() == 1


def test_a_machine_asking_for_the_address_alone_is_not_a_look(client: PageClient, letter: Letter) -> None:
    assert client.http.head(f"/v/{letter.secret}").status_code == 200
    assert letter.look_ups() == 0


def test_corrected_hours_are_said(client: PageClient, letter: Letter) -> None:
    letter.correct()
    page = client.get(f"/v/{letter.secret}")
    assert page.heading == "The hours on this letter have changed"
    assert "Total on the letter: 2 hours. Total now: 1 hour." in page.text


def test_a_withdrawn_letter_says_so_and_no_more(client: PageClient, letter: Letter) -> None:
    letter.withdraw()
    page = client.get(f"/v/{letter.secret}")
    assert page.heading == "This letter was withdrawn"
    for hidden in ("Garden group", "2 hours", "She notices people.", "Private reason"):
        assert hidden not in page.text, hidden


@pytest.mark.parametrize("secret", ["A" * 29, "x", "%20", "A" * 5000, "../exit"])
def test_an_unknown_letter_is_a_calm_page(client: PageClient, world: World, secret: str) -> None:  # noqa: ARG001
    page = client.get(f"/v/{secret}", status=404)
    if secret != "../exit":
        assert page.heading == "We can't find this letter"


def test_code_and_surname(client: PageClient, letter: Letter) -> None:
    code = letter.code
    page = typed(client, f"{code[:3]}-{code[3:7]}-{code[7:]}".lower(), "oneill wyn")
    assert page.heading == "This letter is real"
    assert letter.look_ups() == 1


def test_wrong_surname_and_unknown_code_look_the_same(client: PageClient, letter: Letter) -> None:
    other = letter.code[:-1] + ("0" if letter.code[-1] != "0" else "1")
    wrong, unknown = typed(client, letter.code, "Price"), typed(client, other, "Price")
    assert wrong.text == unknown.text
    assert "We can't find a letter with this code and this surname." in wrong.text
    for hidden in ("Siân", "Riverside", "Garden"):
        assert hidden not in wrong.text
    assert wrong.fields("Check this letter")["surname"] == "Price"
    assert letter.look_ups() == 0


@pytest.mark.usefixtures("steady_clock")
def test_after_ten_tries_we_do_not_look(client: PageClient, letter: Letter) -> None:
    for _ in range(10):
        typed(client, letter.code, "Price")
    page = typed(client, letter.code, "Wyn", status=429)
    assert "Too many tries with this code. We did not look." in page.text
    assert client.get(f"/v/{letter.secret}").heading == "This letter is real"


def test_a_slip_in_the_code_costs_no_try(client: PageClient, world: World) -> None:  # noqa: ARG001
    for _ in range(12):
        page = typed(client, "7KQ2", "Wyn")
    assert "A check code has 11 letters and numbers" in page.text
    empty = typed(client, "", "")
    assert "Type the check code." in empty.text
    assert "Type the surname" in empty.text


def sent(client: PageClient, content: bytes, *, status: int = 200) -> Page:
    fields = {**client.get("/v").fields("Check this file"), "file-letter": FileStorage(io.BytesIO(content), "a.pdf")}
    boundary, body = encode_multipart(fields)  # written out here: the test client would leave a temporary file open
    form: Any = body
    return client.post("/v", form, status=status, content_type=f"multipart/form-data; boundary={boundary}")


def test_the_file_alone_is_enough(client: PageClient, letter: Letter) -> None:
    page = sent(client, letter.content)
    assert page.heading == "This letter is real"
    assert "Nothing in it was changed." in page.text
    assert "2 hours" in page.text
    letter.withdraw()
    assert sent(client, letter.content).heading == "This letter was withdrawn"
    assert [(look.way, look.answer) for look in letter.looks()] == [("file", "withdrawn"), ("file", "valid")]


def test_a_changed_file_is_warned_of_and_the_register_speaks(client: PageClient, letter: Letter) -> None:
    page = sent(client, letter.content + b" ")
    assert page.heading == "This file is not the one we issued"
    assert "Do not rely on it" in page.text
    assert "Ask for the file as it was sent, or scan the code on the printed letter." in page.text
    for wanted in (letter.number, "Siân O'Neill-Wyn", "2 hours", "Trust this, not the file."):
        assert wanted in page.text, wanted
    assert [(look.way, look.answer) for look in letter.looks()] == [("file", "altered")]


def test_a_file_that_names_a_letter_without_its_secret_learns_nothing_of_it(client: PageClient, letter: Letter) -> None:
    record = f'{{"kind": "letter", "check": {{"code": "{letter.code}"}}, "holder": {{"name": "Siân O\\u0027Neill-Wyn"}}}}'
    page = sent(client, b"%PDF-1.7\nstream\n" + record.encode() + b"\nendstream\n")
    assert page.heading == "This file is not the one we issued"
    for hidden in ("Siân", "Riverside", "Garden", letter.number, "2 hours"):
        assert hidden not in page.text, hidden


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "Choose the letter's file first."),
        (b"Dear Sir or Madam", "This file is no PDF. We did not check it."),
        (b"%PDF-" + b"x" * MOST_BYTES, "This file is too big for a letter."),
    ],
)
def test_what_can_not_be_checked_is_said_at_the_file(client: PageClient, world: World, content: bytes, words: str) -> None:  # noqa: ARG001
    page = sent(client, content) if content else client.get("/v").submit("Check this file")
    assert words in page.text
    assert page.soup.select_one(".govuk-error-summary a")["href"] == "#file-letter"  # type: ignore[index]
    assert str(page.soup.select_one("title")).startswith("<title>Error")


def test_words_in_place_of_a_file_are_no_file(client: PageClient, world: World) -> None:  # noqa: ARG001
    form = client.get("/v").fields("Check this file")
    assert "Choose the letter's file first." in client.post("/v", {**form, "file-letter": "%PDF-1.7"}).text


def test_an_empty_file_and_one_that_is_far_too_big(client: PageClient, world: World) -> None:  # noqa: ARG001
    assert "This file is empty." in sent(client, b"").text
    page = sent(client, b"%PDF-" + b"x" * 2 * MOST_BYTES, status=413)
    assert "This file is too big for a letter. We did not check it." in page.text
    assert page.heading == "Check a letter"


def test_a_file_that_we_do_not_know(client: PageClient, world: World) -> None:  # noqa: ARG001
    page = sent(client, b"%PDF-1.7\nnothing of ours")
    assert page.heading == "We do not know this file"
    assert page.link("Type the check code") == "/v"


def test_the_form_that_was_not_sent_stays_empty(client: PageClient, letter: Letter) -> None:
    page = typed(client, letter.code, "Price")
    assert page.fields("Check this letter")["code"] == letter.code
    assert not page.soup.select("#file-letter-error")


def told_of(client: PageClient, code: str, surname: str) -> str:
    """The whole answer, without what is new in each."""
    page = typed(client, code, surname)
    text = re.sub(r'(nonce|value)="[^"]*"', "", page.response.text)
    return text.replace(code, "CODE")


def test_unknown_code_and_wrong_surname_are_the_same_byte_for_byte(client: PageClient, letter: Letter) -> None:
    other = letter.code[:-1] + ("0" if letter.code[-1] != "0" else "1")
    counts = []
    with letter.app.app_context():
        engine = db.engine
    told_of(client, "00199999999", "Price")  # the first miss of all
    answers = []
    for code in (letter.code, other):
        asked: list[str] = []

        def note(*words: object, asked: list[str] = asked) -> None:
            asked.append(str(words[2]))

        event.listen(engine, "before_cursor_execute", note)
        answers.append(told_of(client, code, "Price"))
        event.remove(engine, "before_cursor_execute", note)
        counts.append(asked)
    assert answers[0] == answers[1]
    assert counts[0] == counts[1]


def test_the_form_works_over_https(letter: Letter) -> None:
    """The page must let the browser send its referrer, or the form is refused there."""
    app = create_app(
        {
            **{name: letter.app.config[name] for name in ("DATABASE_URL", "SECRET_KEY")},
            "BASE_URL": "https://localhost",
            "TESTING": True,
        }
    )
    client = PageClient(app)
    form = client.get("/v", base_url="https://localhost")
    assert form.response.headers["Referrer-Policy"] == "same-origin"
    data = {**form.fields("Check this letter"), "code": letter.code, "surname": "Wyn"}
    page = client.post("/v", data, base_url="https://localhost", headers={"Referer": "https://localhost/v"})
    assert page.heading == "This letter is real"
    with app.app_context():
        db.engine.dispose()


def test_no_cookie_is_needed_to_scan(client: PageClient, letter: Letter) -> None:
    response = client.http.get(f"/v/{letter.secret}")
    assert "Set-Cookie" not in response.headers
