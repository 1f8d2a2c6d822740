"""A volunteer's referees and time elsewhere for tests of pages: typed into the forms, with the links that were mailed."""

from typing import Any

from flask import Flask
from sqlalchemy import select

from tests.page_client import Page, PageClient
from timecredits.journey.one_time_links import Question, code_of
from timecredits.journey.planning_models import Referee, SpellElsewhere
from timecredits.web.database import db

SAVE, SAVE_PLACE = "Save this person", "Save this place"
ANA = {
    "name": "Ana Silva",
    "relation": "teacher",
    "organisation_name": "Ely College",
    "title": "Tutor",
    "known_since": ["", "3", "2020"],
    "email": "ana@college.example",
}
SHOP = {
    "organisation_name": "Corner Books",
    "role": "Shop helper",
    "first_day": ["4", "1", "2021"],
    "last_day": ["", "6", "2022"],
    "hours": "100",
    "contact_name": "Bo Lind",
    "contact_email": "bo@books.example",
}


def add_referee(me: PageClient, **values: object) -> Page:
    return me.get("/my/referees/new").submit(SAVE, **(ANA | values))


def add_place(me: PageClient, **values: object) -> Page:
    return me.get("/my/elsewhere/new").submit(SAVE_PLACE, **(SHOP | values))


def link(app: Flask, question: Question) -> str:
    """The path of the newest link of this kind, as it was mailed."""
    model = Referee if question is Question.CONSENT else SpellElsewhere
    with app.app_context():
        newest: Any = select(model).where(model.asked_at.is_not(None)).order_by(model.asked_at.desc()).limit(1)
        row = db.session.scalars(newest).one()
        code = code_of(db.session(), app.config["KEYRING"], question, row)
    return f"/{'r' if question is Question.CONSENT else 'c'}/{code}"
