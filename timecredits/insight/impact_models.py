"""What is stored about asking people how they are doing, before and after. Answers are sealed."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, true
from sqlalchemy.orm import Mapped, mapped_column

from timecredits.foundation.db import Base, InProgramme, Json, Word, belongs_to


class SurveyKind(StrEnum):
    """Which questions are asked."""

    LONELINESS = "loneliness"  # the four of the Office for National Statistics: UCLA-3 and the direct one
    WELLBEING = "wellbeing"  # SWEMWBS, only with a licence reference, and unaltered
    OWN = "own"


class Survey(InProgramme, Base):
    """Questions that a programme, or one organisation of it, asks its people twice."""

    __tablename__ = "survey"
    constraints: ClassVar = (
        belongs_to("organisation", "organisation_id"),
        CheckConstraint("kind <> 'wellbeing' OR licence <> ''", name="licence_where_due"),
        Index(None, "programme_id", "organisation_id"),
    )

    organisation_id: Mapped[UUID | None]
    kind: Mapped[SurveyKind] = mapped_column(Word(SurveyKind))
    name: Mapped[str]
    """For staff. People who answer do not read it."""
    licence: Mapped[str] = mapped_column(default="")
    introduction: Mapped[str] = mapped_column(default="", server_default="")
    """What stands before the questions; of a licensed set, as its owner worded it."""
    copyright: Mapped[str] = mapped_column(default="", server_default="")
    """Of a licensed set: the line that must stand under it."""
    questions: Mapped[list[dict[str, Any]]] = mapped_column(Json, default=list)
    """Own and licensed ones: `{"text": str, "answers": [str, ...]}`, the answers from the lowest to the highest.

    `"out": true` marks one of one's own that is asked no more; its place stays, so that earlier answers keep theirs.
    """
    again_after_months: Mapped[int] = mapped_column(default=6)
    asks_all: Mapped[bool] = mapped_column(default=True, server_default=true())
    """Whether people who were enrolled before it began are asked too, and not only who joins after that."""
    made_by: Mapped[UUID | None]
    made_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    """Until it is set nobody is asked, and the survey can be thrown away."""
    closed_at: Mapped[datetime | None]
    kept: Mapped[dict[str, Any] | None] = mapped_column(Json)
    """What may be told of it, as it was worked out at `kept_at`; never an answer (insight/impact/keeping)."""
    kept_at: Mapped[datetime | None]


class Stage(StrEnum):
    """Which time somebody is asked."""

    BASELINE = "baseline"
    FOLLOW_UP = "follow_up"


class SurveyAsk(InProgramme, Base):
    """One person asked once: what they answered, or that they would rather not. Nobody has to say why."""

    __tablename__ = "survey_ask"
    constraints: ClassVar = (
        belongs_to("survey", "survey_id"),
        belongs_to("volunteer", "volunteer_id"),
        UniqueConstraint("programme_id", "survey_id", "volunteer_id", "stage"),
        Index(None, "programme_id", "volunteer_id"),
        Index(None, "programme_id", "asked_at", "due_on"),
    )

    survey_id: Mapped[UUID]
    volunteer_id: Mapped[UUID]
    stage: Mapped[Stage] = mapped_column(Word(Stage))
    due_on: Mapped[date]
    asked_at: Mapped[datetime | None]
    mailed_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    skipped_at: Mapped[datetime | None]
    put_off_at: Mapped[datetime | None]
    """When they said "not now": they may still answer, and no mail reminds them."""
    sealed: Mapped[bytes | None]
    """The answers: a JSON list with the number of the answer chosen (from 1) for each question, 0 where one was left out."""
    on_paper: Mapped[bool] = mapped_column(default=False)
    entered_by: Mapped[UUID | None]
