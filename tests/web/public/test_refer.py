"""A professional asks for somebody: consent first, then everything on one page, sent once."""

from uuid import UUID

from tests.page_client import PageClient
from tests.web.public.test_ask import CANARY, Asked, asked
from timecredits.community.referral_models import ReferralKind, ReferralState

__all__ = ["asked"]  # the fixture

CONSENT = {"agrees": "yes", "organisation": "unsure"}
PROFESSIONAL = {
    "referrer_name": "Pat Long",
    "referrer_place": "Link worker, Mill Lane Surgery",
    "referrer_contact": "01632 960 555",
    "name": CANARY,
    "phone": "01632 960 444",
    "wishes": ["group"],
}


def test_a_professional_asks_first_and_a_no_keeps_nothing(client: PageClient, asked: Asked) -> None:
    page = client.get("/in/fenland/refer").submit("Go on", agrees="no")
    assert page.heading == "Please ask them first"
    assert "Nothing was kept" in page.text
    assert asked.rows() == []
    assert client.get("/in/fenland/refer/somebody").heading == "Ask for somebody you work with"


def test_a_no_after_a_yes_forgets_the_yes(client: PageClient, asked: Asked) -> None:
    client.get("/in/fenland/refer").submit("Go on", **CONSENT)
    assert client.get("/in/fenland/refer").submit("Go on", agrees="no").heading == "Please ask them first"
    assert asked.rows() == []
    assert client.get("/in/fenland/refer/somebody").heading == "Ask for somebody you work with"


def test_a_professional_s_request_is_sent_once_with_the_moment_of_consent(client: PageClient, asked: Asked) -> None:
    consent = {"agrees": "yes", "organisation": str(asked.world.organisation_id)}
    page = client.get("/in/fenland/refer").submit("Go on", **consent)
    missing = page.submit("Send", **{**PROFESSIONAL, "phone": ""})
    assert "Type a phone number or an email." in missing.text
    assert missing.fields("Send")["name"] == CANARY
    for _press in range(2):
        assert missing.submit("Send", **PROFESSIONAL).heading == "Sent. Thank you"
    [row] = asked.rows()
    assert (row.kind, row.state) == (ReferralKind.PROFESSIONAL, ReferralState.NEW)
    assert row.consent_at is not None
    assert asked.said(row).referrer_place == "Link worker, Mill Lane Surgery"
    assert [each.recipient for each in asked.mails()] == ["hello@riverside.example"]
    assert client.get("/in/fenland/refer").submit("Go on", **CONSENT).heading == "Who do you ask for?"


def test_a_professional_answers_both_questions(client: PageClient, asked: Asked) -> None:
    page = client.get("/in/fenland/refer").submit("Go on")
    assert "Choose an answer." in page.text
    assert "Choose who should get in touch." in page.text
    assert UUID(int=0) not in {each.id for each in asked.rows()}
