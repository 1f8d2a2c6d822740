"""What a volunteer takes away: hours as PDF and CSV, and their letters."""

import csv
import io
from datetime import date
from uuid import UUID

import page as page_validation
import pytest
from flask import Flask
from pypdf import PdfReader

from tests.page_client import PageClient
from tests.web.world import World
from timecredits.foundation.db import new_id
from timecredits.hours.activities import ActivityFacts, create_activity
from timecredits.hours.correcting import correct_hours
from timecredits.hours.models import HourSource
from timecredits.hours.recording import NewHours, record_hours
from timecredits.journey.letters.issuing import Issuer, issue_reference
from timecredits.journey.letters.references import Author, draft_reference
from timecredits.web.database import db


@pytest.fixture
def letter_id(app: Flask, world: World) -> UUID:
    """An issued letter on two days of hours, one of them corrected, in an activity whose name looks like a formula."""
    with app.app_context():
        session, here = db.session(), (world.programme_id, world.organisation_id)
        activity = create_activity(session, *here, ActivityFacts("=SUM(A1) garden"), actor_id=None)
        entries = [
            NewHours(new_id(), world.volunteer_id, activity.id, None, day, 120) for day in (date(2025, 3, 7), date(2026, 3, 7))
        ]
        user, today = world.users["coordinator"], date(2026, 3, 8)
        record_hours(session, *here, entries, source=HourSource.SINGLE, actor_id=user, today=today)
        correct_hours(session, *here, entries[0].id, minutes=90, reason="Typed wrong", actor_id=user, today=today)
        draft = draft_reference(
            session,
            *here,
            reference_id=new_id(),
            volunteer_id=world.volunteer_id,
            holder_name="Siân",
            opinion="",
            neutral_letterhead=False,
            author=Author(user, "Jo Reed", ""),
        )
        issuer = Issuer("http://127.0.0.1:8000", app.config["KEYRING"])
        issue_reference(session, *here, draft.id, issuer=issuer, actor_id=user)
        db.session.commit()
        return draft.id


@pytest.mark.usefixtures("letter_id")
def test_my_hours_as_pdf(client: PageClient, world: World) -> None:
    response = world.sign_in(client, "volunteer").get("/my/hours.pdf").response
    assert response.mimetype == "application/pdf"
    text = "\n".join(sheet.extract_text() for sheet in PdfReader(io.BytesIO(response.data)).pages)
    for wanted in ("O'Neill-Wyn", "garden", "3½ hours", "2025", "2026", "Corrected", "Riverside Trust", "Coordinator"):
        assert wanted in text.replace("’", "'"), wanted
    for profile in ("ua1", "3a"):
        assert page_validation.validate_pdf_bytes(response.data, profile=profile).is_compliant


@pytest.mark.usefixtures("letter_id")
def test_my_hours_as_csv(client: PageClient, world: World) -> None:
    response = world.sign_in(client, "volunteer").get("/my/hours.csv").response
    rows = list(csv.DictReader(io.StringIO(response.data.decode("utf-8-sig"))))
    assert [(row["Date"], row["Hours"], row["Minutes"], row["Corrected from"], row["Why"]) for row in rows] == [
        ("2025-03-07", "1.5", "90", "120", "Typed wrong"),
        ("2026-03-07", "2.0", "120", "", ""),
    ]
    assert {row["Activity"] for row in rows} == {"'=SUM(A1) garden"}


def test_without_hours_both_are_still_made(client: PageClient, world: World) -> None:
    world.sign_in(client, "volunteer")
    assert client.get("/my/hours.pdf").response.data.startswith(b"%PDF")
    assert client.get("/my/hours.csv").response.data.count(b"\n") == 1


def test_my_letter_and_nobody_elses(client: PageClient, world: World, letter_id: UUID) -> None:
    address = f"/my/letters/{letter_id}.pdf"
    assert world.sign_in(client, "volunteer").get(address).response.data.startswith(b"%PDF")
    stranger = world.sign_in(PageClient(client.app), "other_volunteer")
    assert stranger.get(address, status=404).text == stranger.get(f"/my/letters/{new_id()}.pdf", status=404).text
    world.sign_in(PageClient(client.app), "coordinator").get(address, status=403)
