"""An organisation with people, and a survey that has begun."""

from dataclasses import dataclass
from uuid import UUID

import pytest
from sqlalchemy.orm import Session

from timecredits.foundation import clock
from timecredits.foundation.db import new_id
from timecredits.foundation.keys import Keyring
from timecredits.insight.impact.asking import ask_all
from timecredits.insight.impact.surveys import SurveyFacts, start_survey, write_survey
from timecredits.insight.impact_models import Stage, Survey, SurveyAsk, SurveyKind
from timecredits.network.programmes import create_organisation, create_programme
from timecredits.network.volunteers import enrol_volunteer

KEYRING = Keyring.from_secret("a keyring for tests of surveys")
LONELY = SurveyFacts(SurveyKind.LONELINESS, "How are people?")


@dataclass
class Town:
    """A programme with two organisations."""

    session: Session
    programme_id: UUID
    here: UUID
    there: UUID

    def person(self, name: str = "Ash", organisation_id: UUID | None = None) -> UUID:
        """Somebody enrolled here, or there."""
        at = organisation_id or self.here
        return enrol_volunteer(self.session, self.programme_id, at, first_name=name, joined_on=clock.today()).volunteer.id

    def survey(self, facts: SurveyFacts = LONELY, organisation_id: UUID | None = None, *, begun: bool = True) -> Survey:
        """A survey of the programme, or of an organisation; begun, and everybody asked."""
        survey_id = new_id()
        survey = write_survey(self.session, self.programme_id, organisation_id, facts, survey_id=survey_id, actor_id=None)
        if begun:
            start_survey(self.session, self.programme_id, organisation_id, survey_id, actor_id=None)
            self.ask()
        return survey

    def ask(self) -> int:
        """Ask whoever is due now."""
        return ask_all(self.session, self.programme_id, now=clock.now())

    def asked(self, survey: Survey, volunteer_id: UUID, stage: Stage = Stage.BASELINE) -> SurveyAsk | None:
        """What one person was asked."""
        return (
            self.session.query(SurveyAsk)
            .filter_by(programme_id=self.programme_id, survey_id=survey.id, volunteer_id=volunteer_id, stage=stage)
            .one_or_none()
        )

    def must(self, survey: Survey, volunteer_id: UUID, stage: Stage = Stage.BASELINE) -> SurveyAsk:
        """The same, where there is one."""
        found = self.asked(survey, volunteer_id, stage)
        assert found is not None
        return found


@pytest.fixture
def town(session: Session) -> Town:
    programme = create_programme(session, name="Fenland Time Credits", slug="fenland")
    here = create_organisation(session, programme.id, name="Riverside Trust", slug="riverside")
    there = create_organisation(session, programme.id, name="Lantern House", slug="lantern")
    return Town(session, programme.id, here.id, there.id)
