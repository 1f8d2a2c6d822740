"""Two people at one training in the same moment: what stands confirmed is what was read, and stands once."""

from collections.abc import Callable

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from tests.hours.conftest import TODAY, make_place
from tests.journey.learning.test_training import FIRST_AID, JO
from tests.real.at_once import at_once, in_one
from timecredits.foundation.audit import AuditEntry
from timecredits.foundation.db import new_id, transaction
from timecredits.foundation.errors import RuleError
from timecredits.journey.learning.training import TrainingFacts, add_training, change_training, find_training, mark_of
from timecredits.journey.learning.training_confirming import confirm_training
from timecredits.journey.learning_models import TrainingKind

OTHER = TrainingFacts(TrainingKind.TRAINING, "Brain surgery", "", FIRST_AID.completed_on)


class Shared:
    """A place where one person has written one training down, committed."""

    def __init__(self, engine: Engine) -> None:
        with transaction(engine) as session:
            place = make_place(session)
            self.here, self.whose = (place.programme_id, place.organisation_id), (place.programme_id, place.sian)
        self.write_another(engine)

    def write_another(self, engine: Engine) -> None:
        self.training_id = new_id()
        with transaction(engine) as session:
            add_training(session, *self.whose, FIRST_AID, training_id=self.training_id, today=TODAY)

    def confirm(self, session: Session) -> bool:
        confirm_training(session, *self.here, self.whose[1], self.training_id, seen=mark_of(FIRST_AID), by=JO, today=TODAY)
        return True

    def change(self, session: Session) -> bool:
        change_training(session, *self.whose, self.training_id, OTHER, today=TODAY)
        return True


def tried(act: Callable[[Session], bool]) -> Callable[[Engine], bool]:
    def run(engine: Engine) -> bool:
        try:
            return in_one(act)(engine)
        except RuleError:
            return False

    return run


def test_what_is_confirmed_is_what_was_read(engine: Engine, database_url: str) -> None:
    shared = Shared(engine)
    for _ in range(4):
        shared.write_another(engine)
        answers = at_once(database_url, [tried(shared.confirm), tried(shared.change)])
        assert sorted(answers) == [False, True], "one of them, never both"
        with transaction(engine) as session:
            found = find_training(session, *shared.whose, shared.training_id)
        assert (found.is_confirmed, found.facts) == ((True, FIRST_AID) if answers[0] else (False, OTHER))


def test_two_who_confirm_do_it_once(engine: Engine, database_url: str) -> None:
    shared = Shared(engine)
    assert at_once(database_url, [tried(shared.confirm)] * 3) == [True] * 3
    with transaction(engine) as session:
        confirmed = select(func.count()).select_from(AuditEntry).where(AuditEntry.action == "training confirmed")
        assert session.scalar(confirmed) == 1
