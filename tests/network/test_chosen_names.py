from uuid import uuid4

import pytest
from sqlalchemy.orm import Session

from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.network.chosen_names import choose_name, tidy_chosen_name
from timecredits.network.models import Volunteer
from timecredits.network.programmes import create_organisation, create_programme
from timecredits.network.volunteers import enrol_volunteer


@pytest.mark.parametrize("name", ["Sam", "Łukasz", "محمد", "Robin of the Fens", "O'Neill-Wyn", "J.", "Sam 84"])
def test_names_as_people_choose_them(name: str) -> None:
    assert tidy_chosen_name(f"  {name} ") == name


@pytest.mark.parametrize(
    "name", ["sam@example.org", "www.example", "https://sam", "sam.example", "Sam 01632 960123", "0 1 6 3 2"]
)
def test_a_name_never_tells_how_to_reach_somebody(name: str) -> None:
    with pytest.raises(RuleError, match="Nothing was sent") as refused:
        tidy_chosen_name(name)
    assert refused.value.field == "name"


@pytest.mark.parametrize("name", ["", "   ", "--", "x" * 41])
def test_no_name_or_a_long_one_is_refused(name: str) -> None:
    with pytest.raises(RuleError):
        tidy_chosen_name(name)


def test_a_chosen_name_is_kept_for_its_owner_only(session: Session) -> None:
    programme = create_programme(session, name="Fenland", slug="fenland")
    other = create_programme(session, name="Peak", slug="peak")
    here = create_organisation(session, programme.id, name="Riverside", slug="riverside")
    person = enrol_volunteer(session, programme.id, here.id, first_name="Siân").volunteer
    assert choose_name(session, programme.id, person.id, " Robin ") == "Robin"
    assert session.get_one(Volunteer, (programme.id, person.id)).chosen_name == "Robin"
    for programme_id, volunteer_id in ((other.id, person.id), (programme.id, uuid4())):
        with pytest.raises(NotFoundError):
            choose_name(session, programme_id, volunteer_id, "Robin")
