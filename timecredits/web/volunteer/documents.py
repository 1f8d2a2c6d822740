"""What a volunteer takes away: their hours as PDF, CSV or JSON, certificates, and the letters about them."""

from uuid import UUID

from flask import Response, abort, request

from timecredits.foundation import clock
from timecredits.hours.history.certificate import print_certificate, write_certificate_record
from timecredits.hours.history.hour_history import hour_history
from timecredits.hours.history.hour_history_files import find_holder, hour_history_csv, hour_history_json, hour_history_pdf
from timecredits.hours.history.hour_periods import Choice, choices_in
from timecredits.hours.history.milestones import milestones
from timecredits.journey.credentials.credential_issuing import FILENAME, credential_of
from timecredits.journey.history_beside import beside_history
from timecredits.journey.letters.listing import own_letter_file
from timecredits.network.permissions import SEE_OWN_HOURS, SEE_OWN_REFERENCES
from timecredits.web.access import actor, allow
from timecredits.web.database import db
from timecredits.web.file_answers import csv_answer, file_answer
from timecredits.web.hour_views import read_choice
from timecredits.web.pdf_answers import pdf_answer
from timecredits.web.volunteer.blueprint import blueprint


@blueprint.get("/hours.pdf")
@allow(SEE_OWN_HOURS)
def hours_pdf() -> Response:
    """My hours, to print: all of them, or the year, activity or organisation in the address."""
    who = actor()
    here = (db.session(), who.programme, who.volunteer)
    content = hour_history_pdf(*here, as_of=clock.today(), choice=_choice(), beside=beside_history(*here))
    return pdf_answer(content, _named("my-hours", "pdf"))


@blueprint.get("/hours.csv")
@allow(SEE_OWN_HOURS)
def hours_csv() -> Response:
    """My hours, for a spreadsheet."""
    who = actor()
    content = hour_history_csv(db.session(), who.programme, who.volunteer, as_of=clock.today(), choice=_choice())
    return csv_answer(content, _named("my-hours", "csv"))


@blueprint.get("/hours.json")
@allow(SEE_OWN_HOURS)
def hours_json() -> Response:
    """My hours, for another program."""
    who = actor()
    here = (db.session(), who.programme, who.volunteer)
    content = hour_history_json(*here, as_of=clock.today(), choice=_choice(), beside=beside_history(*here))
    return file_answer(content.encode(), "application/json", _named("my-hours", "json"))


@blueprint.get("/milestones/certificate.pdf")
@allow(SEE_OWN_HOURS)
def certificate_pdf() -> Response:
    """The certificate for the milestone in the address, else for the highest; 404 for one that I haven't reached."""
    who, today = actor(), clock.today()
    found = milestones(hour_history(db.session(), who.programme, who.volunteer, as_of=today).lines)
    wanted = request.args.get("hours", type=int) if "hours" in request.args else found.reached[-1].hours if found.reached else 0
    reached = found.find(wanted or 0) or abort(404)
    holder = find_holder(db.session(), who.programme, who.volunteer)
    record = write_certificate_record(reached, issued_on=today, programme=holder.programme, holder_name=holder.name)
    return pdf_answer(print_certificate(record), _named("certificate", "pdf"))


@blueprint.get("/letters/<uuid:reference_id>.pdf")
@allow(SEE_OWN_REFERENCES)
def reference_pdf(reference_id: UUID) -> Response:
    """One letter about me, exactly as it was issued."""
    who = actor()
    file = own_letter_file(db.session(), who.programme, who.volunteer, reference_id)
    return file_answer(file.content, "application/pdf", file.filename, way="inline")


@blueprint.get("/letters/<uuid:reference_id>/credential.jwt")
@allow(SEE_OWN_REFERENCES)
def reference_credential(reference_id: UUID) -> Response:
    """The digital credential of one letter about me, to keep or to load into another program."""
    who = actor()
    credential = credential_of(db.session(), who.programme, who.volunteer, reference_id)
    return file_answer(credential.token.encode(), "application/vc+jwt", FILENAME)


def _choice() -> Choice:
    """Which part the address asks for. Most ask for all of it, and cost no look at the history."""
    if not {"year", "activity", "organisation"} & set(request.args):
        return Choice()
    history = hour_history(db.session(), actor().programme, actor().volunteer, as_of=clock.today())
    return read_choice(request.args, choices_in(history.lines))


def _named(name: str, ending: str) -> str:
    return f"{name}-{clock.today().isoformat()}.{ending}"
