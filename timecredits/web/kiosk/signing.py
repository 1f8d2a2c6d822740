"""The kiosk's one page: show a code or a card or type a number, read the answer, and nobody's name stays."""

from typing import Any
from uuid import UUID

from flask import current_app, render_template, request
from flask_babel import gettext as _
from itsdangerous import BadSignature, URLSafeTimedSerializer

from timecredits.foundation import clock
from timecredits.foundation.keys import Keyring
from timecredits.hours.activity_models import AttendanceWay
from timecredits.hours.attendances.attendance import AttendanceAnswer, sign_in_or_out
from timecredits.hours.attendances.attendance_hours import rounding_of
from timecredits.hours.attendances.attendance_places import Places, list_places
from timecredits.hours.attendances.kiosk_numbers import find_by_number, typing_is_paused
from timecredits.network.models import Volunteer
from timecredits.network.permissions import SIGN_PEOPLE_IN
from timecredits.network.scope import find
from timecredits.spending.codes import PREFIX
from timecredits.spending.deciding import name_at_venue
from timecredits.spending.who_shows import Outcome, who_shows
from timecredits.web.access import actor, allow
from timecredits.web.attendance_words import Said, answer_words, rounding_words
from timecredits.web.database import db
from timecredits.web.kiosk.blueprint import blueprint

FRAGMENT = "result"
_CHOICE_FOR = 120  # seconds that somebody may take to choose
_LONGEST = 200
_SETTLED = {"done", "again"}  # kinds of panel after which the fields are empty again


@blueprint.get("")
@allow(SIGN_PEOPLE_IN)
def home() -> str:
    """Wait for a code. With the till's, the only page that may use the camera."""
    return _page(camera=True)


@blueprint.post("/sign")
@allow(SIGN_PEOPLE_IN)
def sign() -> str:
    """Sign somebody in or out. Answers a whole page, or the result alone for a page that asks with X-Fragment."""
    typed, letter = request.form.get("code", "").strip(), request.form.get("letter", "").strip()
    found = _who(typed[:_LONGEST], letter[:_LONGEST])
    if isinstance(found, Said):
        return _answered(found)
    volunteer_id, way = found
    answer = sign_in_or_out(
        db.session(),
        actor().programme,
        actor().organisation,
        volunteer_id,
        way=way,
        now=clock.now(),
        kiosk_id=actor().kiosk,
        choose=request.form.get("choose") == "yes",
    )
    return _told(answer, volunteer_id, way)


@blueprint.post("/choose")
@allow(SIGN_PEOPLE_IN)
def choose() -> str:
    """Sign in where the person said they are. Who they are stands in the form, signed, good for two minutes at this kiosk."""
    try:
        kiosk, volunteer, word = _choices().loads(request.form.get("who", ""), max_age=_CHOICE_FOR)
        chosen = UUID(request.form.get("place", ""))
        volunteer_id, way = UUID(volunteer), AttendanceWay(word)
    except (BadSignature, ValueError, TypeError):
        return _answered(_too_late())
    if kiosk != str(actor().kiosk):
        return _answered(_too_late())
    answer = sign_in_or_out(
        db.session(),
        actor().programme,
        actor().organisation,
        volunteer_id,
        way=way,
        now=clock.now(),
        kiosk_id=actor().kiosk,
        chosen=chosen,
    )
    return _told(answer, volunteer_id, way)


def _who(typed: str, letter: str) -> tuple[UUID, AttendanceWay] | Said:
    """Whom a scan or what was typed leads to, or what to say instead."""
    session, who, now = db.session(), actor(), clock.now()
    if not typed:
        return Said(
            "wrong_code", _("Nothing was typed. Nothing was recorded."), (_("Show your code or card, or type your number."),)
        )
    if letter and not typed.startswith(PREFIX):  # a scanner that types may meet a letter left standing
        if typing_is_paused(session, who.kiosk):
            return _refused(Outcome.TYPING_PAUSED)
        found = find_by_number(session, who.programme, who.organisation, number=typed, letter=letter, kiosk_id=who.kiosk)
        return _refused(Outcome.WRONG_CODE) if found is None else (found, AttendanceWay.NUMBER)
    keyring: Keyring = current_app.config["KEYRING"]
    shown = who_shows(session, keyring, who.programme, who.kiosk, typed, now)
    return _refused(shown) if isinstance(shown, Outcome) else (shown, AttendanceWay.CODE)


def _told(answer: AttendanceAnswer | Places, volunteer_id: UUID, way: AttendanceWay) -> str:
    name = name_at_venue(find(db.session(), Volunteer, actor().programme, volunteer_id))
    if isinstance(answer, Places):
        stamp = _choices().dumps([str(actor().kiosk), str(volunteer_id), way.value])
        said = Said("again", _("What are you here for?"), (_("Tap it. Then you are signed in."),))
        return _answered(said, name=name, places=answer, who=stamp)
    return _answered(answer_words(answer), name=name)


def _answered(said: Said, *, name: str = "", places: Places | None = None, who: str | bytes = "") -> str:
    told: dict[str, Any] = {"said": said, "name": name, "choices": places, "who": who}
    if request.headers.get("X-Fragment") == FRAGMENT:
        return render_template("kiosk/answer.html", **told)
    kept = said.kind not in _SETTLED and places is None
    return _page(**told, typed=request.form.get("code", "")[:_LONGEST] if kept else "")


def _page(*, camera: bool = False, **told: Any) -> str:
    who, session = actor(), db.session()
    return render_template(
        "kiosk/home.html",
        places=list_places(session, who.programme, who.organisation, clock.now()),
        rounding=rounding_words(rounding_of(session, who.programme)),
        choose=request.args.get("choose") == "yes",
        camera=camera,
        **told,
    )


def _refused(outcome: Outcome) -> Said:
    if outcome is Outcome.TYPING_PAUSED:
        lines = (_("Nothing was recorded. Show a code, wait five minutes, or ask a coordinator."),)
        return Said("wrong_code", _("Too many did not work."), lines)
    if outcome is Outcome.EXPIRED:
        return Said("wrong_code", _("That code is too old. Nothing was recorded."), (_("Show the new one on your phone."),))
    if outcome is Outcome.REVOKED:
        return Said(
            "wrong_code", _("That one has been stopped. Nothing was recorded."), (_("Show the newer one, or ask a coordinator."),)
        )
    return Said("wrong_code", _("That did not work. Nothing was recorded."), (_("Check it, or ask a coordinator."),))


def _too_late() -> Said:
    return Said("wrong_code", _("That took too long. Nothing was recorded."), (_("Show your code or card again."),))


def _choices() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.config["KEYRING"].checking_keys("kiosk choice"), salt="kiosk choice")
