"""A large register that a job is adding, and one whose columns we could not tell: for every page about imports."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from timecredits.foundation import clock
from timecredits.foundation.db import new_id
from timecredits.hours.importing.import_uploads import confirm_upload, keep_upload
from timecredits.hours.models import HourImport


def build_imports(session: Session, here: tuple[UUID, UUID], actor: UUID) -> dict[str, str]:
    """Make both within the caller's transaction; no job is run."""
    day, today = clock.today() - timedelta(days=4), clock.today()
    good = f"Date,Name,Hours\n{day.isoformat()},Zoë O'Brien,1\n".encode()
    odd = f"Tag,Wer,Wie lange\n{day.isoformat()},Zoë O'Brien,1\n".encode()
    running, unmatched = (
        keep_upload(session, *here, content, name, activity="Lunch club", today=today, uploaded_by=actor, import_id=new_id())
        for content, name in ((good, "a-whole-year.csv"), (odd, "odd.csv"))
    )
    session.get_one(HourImport, (here[0], running)).outcome = {"ready": 5000}
    confirm_upload(session, *here, running, today=today, actor_id=actor)
    return {"import_running": str(running), "import_unmatched": str(unmatched)}
