"""The tiles that lead to a register in one tap: today's planned sessions first, then what took place last."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from timecredits.hours.activities import ListedActivity, list_activities
from timecredits.hours.register.due_registers import DueRegister, due_registers
from timecredits.web.access import actor
from timecredits.web.database import db
from timecredits.web.filters import clock_time
from timecredits.web.filters import day as in_words

_MOST_TILES = 3
_MOST_MISSED = 3


@dataclass(frozen=True, slots=True)
class RegisterTiles:
    """`tiles` for `action_tiles`, none for an organisation without activities; `missed` for `link_list`."""

    tiles: list[dict[str, Any]]
    missed: list[dict[str, Any]]


def register_tiles(today: date) -> RegisterTiles:
    """What leads to the registers of today, and to those of the past week that nobody wrote down."""
    here = db.session(), actor().programme, actor().organisation
    due = due_registers(*here, today=today)
    now = [each for each in due if each.dated.day == today]
    planned = {each.dated.activity_id for each in now}
    listed = list_activities(*here, today=today, only_open=True)
    tiles = [_planned(each) for each in now] + [_usual(each) for each in listed if each.activity.id not in planned]
    tiles = tiles[: max(_MOST_TILES, len(now))]
    if tiles:
        tiles[0]["tone"] = "main"
    return RegisterTiles(tiles, [_missed(each) for each in due if each.dated.day < today][:_MOST_MISSED])


def _planned(due: DueRegister) -> dict[str, Any]:
    hint = _("Today, %(time)s", time=clock_time(due.dated.starts))
    if due.saved:
        hint = ngettext("Saved: %(num)s person", "Saved: %(num)s people", due.saved)
    return {"text": _("Who came to %(name)s?", name=due.dated.activity), "href": _address(due), "icon": "tick", "hint": hint}


def _missed(due: DueRegister) -> dict[str, Any]:
    return {
        "title": _("Who came to %(name)s?", name=due.dated.activity),
        "detail": in_words(due.dated.day),
        "href": _address(due),
        "icon": "calendar",
    }


def _usual(listed: ListedActivity) -> dict[str, Any]:
    hint = _("Last time: %(day)s", day=in_words(listed.last_day)) if listed.last_day else _("No hours yet")
    return {
        "text": _("Who came to %(name)s?", name=listed.activity.name),
        "href": url_for("coordinator.register", activity_id=listed.activity.id),
        "icon": "tick",
        "hint": hint,
    }


def _address(due: DueRegister) -> str:
    dated = due.dated
    return url_for("coordinator.register", activity_id=dated.activity_id, day=dated.planned_on.isoformat(), plan=dated.plan_id)
