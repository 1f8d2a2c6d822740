"""What a volunteer takes away: their hours as PDF or CSV, and the letters about them."""

from uuid import UUID

from flask import Response

from timecredits.foundation import clock
from timecredits.hours.hour_history_files import hour_history_csv, hour_history_pdf
from timecredits.journey.listing import own_letter_file
from timecredits.network.permissions import SEE_OWN_HOURS, SEE_OWN_REFERENCES
from timecredits.web.access import actor, allow
from timecredits.web.database import db
from timecredits.web.volunteer.blueprint import blueprint


@blueprint.get("/hours.pdf")
@allow(SEE_OWN_HOURS)
def hours_pdf() -> Response:
    """My hours, to print."""
    who = actor()
    content = hour_history_pdf(db.session(), who.programme, who.volunteer, as_of=clock.today())
    return _file(content, "application/pdf", f"my-hours-{clock.today().isoformat()}.pdf", way="inline")


@blueprint.get("/hours.csv")
@allow(SEE_OWN_HOURS)
def hours_csv() -> Response:
    """My hours, for a spreadsheet."""
    who = actor()
    content = hour_history_csv(db.session(), who.programme, who.volunteer, as_of=clock.today()).encode()
    return _file(content, "text/csv; charset=utf-8", f"my-hours-{clock.today().isoformat()}.csv", way="attachment")


@blueprint.get("/letters/<uuid:reference_id>.pdf")
@allow(SEE_OWN_REFERENCES)
def reference_pdf(reference_id: UUID) -> Response:
    """One letter about me, exactly as it was issued."""
    who = actor()
    file = own_letter_file(db.session(), who.programme, who.volunteer, reference_id)
    return _file(file.content, "application/pdf", file.filename, way="inline")


def _file(content: bytes, kind: str, filename: str, *, way: str) -> Response:
    return Response(content, content_type=kind, headers={"Content-Disposition": f'{way}; filename="{filename}"'})
