import pytest
from sqlalchemy.orm import Session

from tests.community.mentoring.paired import Paired, make_paired


@pytest.fixture
def paired(session: Session) -> Paired:
    return make_paired(session)
