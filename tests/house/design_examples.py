"""Renders the examples of docs/design-system.md with the real templates, widgets and built files, on a small app of their own."""

import json
import re
from collections.abc import Iterator
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import qrcode
import qrcode.image.svg
from flask import Flask, render_template_string
from flask_wtf import FlaskForm
from flask_wtf.csrf import generate_csrf
from govuk_frontend_wtf.wtforms_widgets import (
    GovCharacterCount,
    GovCheckboxesInput,
    GovCheckboxInput,
    GovDateInput,
    GovFileInput,
    GovPasswordInput,
    GovRadioInput,
    GovSelect,
    GovTextInput,
)
from jinja2 import ChoiceLoader, FileSystemLoader, PackageLoader, PrefixLoader
from markupsafe import Markup
from wtforms import (
    BooleanField,
    DateField,
    FileField,
    PasswordField,
    RadioField,
    SelectChoice,
    SelectField,
    SelectMultipleField,
    StringField,
)
from wtforms.validators import InputRequired

ROOT = Path(__file__).parents[2]
DIST = ROOT / "static" / "dist"
PAGE = """{% extends "layouts/" ~ layout ~ ".html" %}
{% block title %}{{ page_title }}{% endblock %}{% block content %}{{ body }}{% endblock %}"""
ROOMS = ("public", "volunteer", "coordinator", "programme", "venue", "till", "plain")
KINDS = {
    "volunteer": "volunteer",
    "coordinator": "coordinator",
    "programme": "programme_manager",
    "venue": "venue_manager",
    "till": "venue_manager",
}


class EverythingForm(FlaskForm):  # type: ignore[misc]  # flask_wtf has no types
    """One field of every kind that the design system has a helper for."""

    name = StringField("Name", widget=GovTextInput(), validators=[InputRequired("Write a name.")])
    reason = StringField("Why", widget=GovTextInput())
    hours = StringField("How long", widget=GovTextInput())
    day = DateField("Which day", widget=GovDateInput(), format="%d %m %Y", validators=[InputRequired("Write a day.")])
    how = RadioField(
        "How did it go",
        widget=GovRadioInput(),
        choices=[SelectChoice("well", "Well"), SelectChoice("hard", "It was hard")],
        validators=[InputRequired("Choose one.")],
    )
    helps = SelectMultipleField(
        "What would help",
        widget=GovCheckboxesInput(),
        choices=[SelectChoice("bus", "Bus fare"), SelectChoice("time", "More time")],
    )
    agree = BooleanField("I agree to this", widget=GovCheckboxInput())
    place = SelectField(
        "Where", widget=GovSelect(), choices=[SelectChoice("mill", "Mill Lane"), SelectChoice("quay", "The Quay")]
    )
    story = StringField("Your story", widget=GovCharacterCount())
    sheet = FileField("A spreadsheet", widget=GovFileInput())
    secret = PasswordField("Your PIN", widget=GovPasswordInput())


def qr_svg(content: str) -> Markup:
    """A real QR code as inline SVG, as pages receive it."""
    out = BytesIO()
    qrcode.make(content, image_factory=qrcode.image.svg.SvgPathImage, border=0).save(out)
    return Markup(re.sub(r"^<\?xml[^>]*\?>\s*", "", out.getvalue().decode()))  # noqa: S704 - our own drawing


def _amount(minutes: int, word: str) -> str:
    whole, half = divmod(minutes, 60)
    number = f"{whole or ''}{'½' if half else ''}" or "0"
    return f"{number} {word if minutes <= 60 else word + 's'}"


def design_app() -> Flask:
    """The smallest app that gives templates what the real one gives them."""
    app = Flask(
        "design", root_path=str(ROOT), template_folder="templates", static_folder="static/dist", static_url_path="/static/dist"
    )
    app.config.update(SECRET_KEY="only for examples", WTF_CSRF_ENABLED=True)
    app.jinja_env.loader = ChoiceLoader(
        [
            FileSystemLoader(ROOT / "templates"),
            PrefixLoader(
                {
                    "govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja"),
                    "govuk_frontend_wtf": PackageLoader("govuk_frontend_wtf"),
                }
            ),
        ]
    )
    manifest: dict[str, str] = json.loads((DIST / "manifest.json").read_text())
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.install_null_translations(newstyle=True)  # type: ignore[attr-defined]  # the extension adds it
    app.jinja_env.globals.update(
        csp_nonce=lambda: "examplenonce",
        asset=lambda name: f"/static/dist/{manifest[name]}",
        csrf_token=generate_csrf,
        qr_svg=qr_svg("K7QM-2X4P"),
    )
    app.jinja_env.filters.update(
        credits=lambda minutes: _amount(minutes, "credit"), hours=lambda minutes: _amount(minutes, "hour"), say=str
    )
    return app


def examples() -> Iterator[tuple[str, str, str]]:
    """Every example as (heading it stands under, kind, source); kind is jinja, jinja-form or jinja-page."""
    heading = ""
    for found in re.finditer(
        r"^## (?P<heading>[^\n]+)$|^```(?P<kind>jinja[a-z-]*)\n(?P<source>.*?)^```",
        (ROOT / "docs" / "design-system.md").read_text(),
        re.MULTILINE | re.DOTALL,
    ):
        if found["heading"]:
            heading = found["heading"]
        else:
            yield heading, found["kind"], found["source"]


def surroundings(room: str) -> dict[str, Any]:
    """What a page of this room finds: who is signed in, the navigation, a demo mark."""
    navigation = {
        "public": [("Places", "/places", False), ("How it works", "/how", True), ("Sign in", "/sign-in", False)],
        "volunteer": [
            ("Home", "/", True, "home"),
            ("My code", "/code", False, "code"),
            ("Places", "/places", False, "places"),
            ("Hours", "/hours", False, "hours"),
        ],
        "coordinator": [
            ("Today", "/", True, "calendar"),
            ("People", "/p", False, "people"),
            ("Hours", "/h", False, "hours"),
            ("Letters", "/l", False, "letter"),
            ("Reports", "/r", False, "chart"),
        ],
    }
    return {
        "current_actor": {
            "kind": KINDS.get(room, "visitor"),
            "display_name": "Siân Price",
            "organisation_name": "Riverside Community Trust",
        },
        "demo": True,
        "navigation": navigation.get(room, navigation["coordinator"] if room in {"programme", "venue"} else []),
        "footer_links": [("Accessibility", "/accessibility"), ("Your privacy", "/privacy")],
        "languages": [("en", "English", "/en", True, False), ("cy", "Cymraeg", "/cy", False, True)],
    }


def render_example(kind: str, source: str, *, room: str = "coordinator", title: str = "An example", posted: bool = False) -> str:
    """The example inside a page of this room. `posted` sends its form with nothing filled in, so that it shows its errors."""
    app = design_app()
    with app.test_request_context("/", method="POST" if posted else "GET", data={"day": ["31", "2", "2026"]} if posted else None):
        around = surroundings(room)
        if kind == "jinja-page":
            return render_template_string(source, **around)
        if kind == "jinja-form":
            app.config["WTF_CSRF_ENABLED"] = not posted
            around["form"] = EverythingForm(data=None if posted else {"day": date(2026, 11, 21)})
            if posted:
                around["form"].validate()
        body = Markup(render_template_string(source, **around))  # noqa: S704 - rendered by the line itself
        return render_template_string(PAGE, layout=room, page_title=title, body=body, **around)
