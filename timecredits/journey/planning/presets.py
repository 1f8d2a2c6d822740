"""What kinds of job usually ask, as each programme keeps it: our usual ones, changed, hidden or added to by its managers.

Rules differ and change, so a preset is never more than a beginning: it says where it was read and when, and everybody may change
its numbers for themselves. What a programme changed takes the place of the usual one of the same key.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from timecredits.foundation import audit, clock
from timecredits.foundation.db import new_id
from timecredits.foundation.display import display_day
from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.foundation.folding import fold
from timecredits.foundation.wording import Sentence
from timecredits.journey.planning.asked_for import tidy_asked
from timecredits.journey.planning_models import RequirementPreset
from timecredits.network.models import Programme, User

__all__ = [
    "LONGEST_NAME",
    "LONGEST_SOURCE",
    "USUAL_STEADY",
    "Preset",
    "PresetFacts",
    "add_preset",
    "change_preset",
    "find_preset",
    "hide_preset",
    "presets_of",
    "reset_preset",
    "show_preset",
    "steady",
    "usual_presets",
]

USUAL_STEADY: Final = 56
"""Days between two visits that still count as one spell, where nothing else is said: eight weeks."""
LONGEST_NAME: Final = 60
LONGEST_SOURCE: Final = 300
MOST_PRESETS: Final = 50

_USUAL: Final = Path(__file__).with_name("usual_presets.json")


@dataclass(frozen=True, slots=True)
class PresetFacts:
    """What somebody types: `requirement` as the planner's JSON without `as_of`, the document it was read in, and the day."""

    name: str
    requirement: Mapping[str, Any]
    source: str
    checked_on: date


@dataclass(frozen=True, slots=True)
class Preset:
    """One preset. `has_usual`: we ship one of this key; `is_changed`: the programme keeps one of its own in its place."""

    key: str
    name: str
    requirement: Mapping[str, Any]
    source: str
    checked_on: date
    has_usual: bool = True
    is_changed: bool = False
    is_hidden: bool = False
    changed_by: str = ""
    changed_at: datetime | None = None


def steady(asked: Mapping[str, Any]) -> dict[str, Any]:
    """The requirement with every field, and with the days between two visits in any case.

    Without them the planner takes a spell as covered from its first day to its last, years without one hour too. No page asks so.
    """
    return tidy_asked({**asked, "max_inactivity_days": asked.get("max_inactivity_days") or USUAL_STEADY})


@cache
def usual_presets() -> tuple[Preset, ...]:
    """What we ship, in the order in which it is shown."""
    return tuple(
        Preset(
            key=each["key"],
            name=each["name"],
            requirement=steady(each["requirement"]),
            source=each["source"],
            checked_on=date.fromisoformat(each["checked_on"]),
        )
        for each in json.loads(_USUAL.read_text(encoding="utf-8"))
    )


def presets_of(session: Session, programme_id: UUID, *, with_hidden: bool = False) -> list[Preset]:
    """A programme's presets: the usual ones in their order, then its own by name. One question."""
    rows = session.execute(
        select(RequirementPreset, User.name)
        .outerjoin(User, User.id == RequirementPreset.changed_by)
        .where(RequirementPreset.programme_id == programme_id)
    )
    kept = {row.key: _preset(row, who or "") for row, who in rows}
    usual = [_with_usual(kept.pop(each.key, None), each) for each in usual_presets()]
    own = sorted(kept.values(), key=lambda preset: (fold(preset.name), preset.key))
    return [each for each in (*usual, *own) if with_hidden or not each.is_hidden]


def find_preset(session: Session, programme_id: UUID, key: str, *, with_hidden: bool = False) -> Preset:
    """One preset. NotFoundError for one that isn't there, and for a hidden one unless `with_hidden`."""
    for each in presets_of(session, programme_id, with_hidden=with_hidden):
        if each.key == key:
            return each
    raise NotFoundError


def add_preset(session: Session, programme_id: UUID, facts: PresetFacts, *, preset_id: UUID, actor_id: UUID | None) -> str:
    """Add one of the programme's own, and answer its key. The same `preset_id` twice is one."""
    key = str(preset_id)
    _take_turns(session, programme_id)
    tidy = _tidied(session, programme_id, facts, key)
    if session.get(RequirementPreset, (programme_id, preset_id)) is not None:
        return key
    count = session.scalar(select(func.count()).where(RequirementPreset.programme_id == programme_id)) or 0
    if count >= MOST_PRESETS:
        raise RuleError(Sentence("There are %(most)s kinds of job. Nothing was saved. Take one away first.", most=MOST_PRESETS))
    _keep(session, programme_id, key, tidy, preset_id=preset_id, is_hidden=False, actor_id=actor_id)
    _record(session, programme_id, "preset added", preset_id, actor_id)
    return key


def change_preset(session: Session, programme_id: UUID, key: str, facts: PresetFacts, *, actor_id: UUID | None) -> bool:
    """Write other facts over a preset; False, and nothing done, where they are the same. NotFoundError for an unknown key."""
    _take_turns(session, programme_id)
    now = find_preset(session, programme_id, key, with_hidden=True)
    tidy = _tidied(session, programme_id, facts, key)
    if (now.name, now.requirement, now.source, now.checked_on) == (tidy.name, tidy.requirement, tidy.source, tidy.checked_on):
        return False
    preset_id = _write(session, programme_id, now, tidy, is_hidden=now.is_hidden, actor_id=actor_id)
    _record(session, programme_id, "preset changed", preset_id, actor_id)
    return True


def hide_preset(session: Session, programme_id: UUID, key: str, *, actor_id: UUID | None) -> Preset:
    """Let volunteers see it no more. It can be shown again."""
    return _turn(session, programme_id, key, is_hidden=True, actor_id=actor_id)


def show_preset(session: Session, programme_id: UUID, key: str, *, actor_id: UUID | None) -> Preset:
    """Let volunteers see it again."""
    return _turn(session, programme_id, key, is_hidden=False, actor_id=actor_id)


def reset_preset(session: Session, programme_id: UUID, key: str, *, actor_id: UUID | None) -> Preset:
    """Go back to the usual one; one of the programme's own is taken away. Answers what stood there."""
    _take_turns(session, programme_id)
    now = find_preset(session, programme_id, key, with_hidden=True)
    removed = _remove(session, programme_id, key)
    if removed is not None:
        _record(session, programme_id, "preset set back" if now.has_usual else "preset removed", removed, actor_id)
    return now


def _take_turns(session: Session, programme_id: UUID) -> None:
    """Let managers who save at the same moment do it one after the other."""
    session.execute(select(Programme.id).where(Programme.id == programme_id).with_for_update())


def _with_usual(kept: Preset | None, usual: Preset) -> Preset:
    return usual if kept is None else replace(kept, has_usual=True)


def _preset(row: RequirementPreset, who: str) -> Preset:
    return Preset(
        key=row.key,
        name=row.name,
        requirement=steady(row.requirement),
        source=row.source,
        checked_on=row.checked_on,
        has_usual=False,
        is_changed=True,
        is_hidden=row.hidden,
        changed_by=who,
        changed_at=row.changed_at,
    )


def _turn(session: Session, programme_id: UUID, key: str, *, is_hidden: bool, actor_id: UUID | None) -> Preset:
    _take_turns(session, programme_id)
    now = find_preset(session, programme_id, key, with_hidden=True)
    if now.is_hidden is not is_hidden:
        facts = PresetFacts(now.name, now.requirement, now.source, now.checked_on)
        preset_id: UUID | None
        if is_hidden or not _is_usual(key, facts):
            preset_id = _write(session, programme_id, now, facts, is_hidden=is_hidden, actor_id=actor_id)
        else:  # nothing was changed but that it was hidden: it follows the usual one again
            preset_id = _remove(session, programme_id, key)
        _record(session, programme_id, "preset hidden" if is_hidden else "preset shown", preset_id, actor_id)
    return now


def _is_usual(key: str, facts: PresetFacts) -> bool:
    return any(
        (each.name, each.requirement, each.source, each.checked_on)
        == (facts.name, facts.requirement, facts.source, facts.checked_on)
        for each in usual_presets()
        if each.key == key
    )


def _remove(session: Session, programme_id: UUID, key: str) -> UUID | None:
    return session.scalar(
        delete(RequirementPreset)
        .where(RequirementPreset.programme_id == programme_id, RequirementPreset.key == key)
        .returning(RequirementPreset.id)
    )


def _write(
    session: Session, programme_id: UUID, now: Preset, facts: PresetFacts, *, is_hidden: bool, actor_id: UUID | None
) -> UUID:
    row = session.scalars(
        select(RequirementPreset).where(RequirementPreset.programme_id == programme_id, RequirementPreset.key == now.key)
    ).one_or_none()
    if row is None:
        return _keep(session, programme_id, now.key, facts, preset_id=new_id(), is_hidden=is_hidden, actor_id=actor_id)
    row.name, row.source, row.checked_on = facts.name, facts.source, facts.checked_on
    row.requirement, row.hidden = dict(facts.requirement), is_hidden
    row.changed_by, row.changed_at = actor_id, clock.now()
    session.flush()
    return row.id


def _keep(
    session: Session,
    programme_id: UUID,
    key: str,
    facts: PresetFacts,
    *,
    preset_id: UUID,
    is_hidden: bool,
    actor_id: UUID | None,
) -> UUID:
    session.add(
        RequirementPreset(
            programme_id=programme_id,
            id=preset_id,
            key=key,
            name=facts.name,
            requirement=dict(facts.requirement),
            source=facts.source,
            checked_on=facts.checked_on,
            hidden=is_hidden,
            changed_by=actor_id,
            changed_at=clock.now(),
        )
    )
    session.flush()
    return preset_id


def _tidied(session: Session, programme_id: UUID, facts: PresetFacts, key: str) -> PresetFacts:
    name, source = " ".join(facts.name.split()), " ".join(facts.source.split())
    for field, text, longest in (("name", name, LONGEST_NAME), ("source", source, LONGEST_SOURCE)):
        if len(text) > longest:
            raise RuleError(
                Sentence("That is too long. Use at most %(most)s letters. Nothing was saved.", most=longest), field=field
            )
    if not name:
        raise RuleError(Sentence("Type the kind of job. Nothing was saved."), field="name")
    if not source:
        raise RuleError(Sentence("Type where you read this. Nothing was saved."), field="source")
    if facts.checked_on > clock.today():
        raise RuleError(
            Sentence("%(day)s has not come yet. Nothing was saved.", day=display_day(facts.checked_on)), field="checked_on"
        )
    others = presets_of(session, programme_id, with_hidden=True)
    if any(fold(each.name) == fold(name) for each in others if each.key != key):
        raise RuleError(Sentence("There is a kind of job with this name. Nothing was saved."), field="name")
    return PresetFacts(name, steady(facts.requirement), source, facts.checked_on)


def _record(session: Session, programme_id: UUID, action: str, preset_id: UUID | None, actor_id: UUID | None) -> None:
    audit.record(session, programme_id, action, actor_id=actor_id, subject_id=preset_id)
