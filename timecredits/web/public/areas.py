"""The programme that a public page speaks for: named in the address, chosen by a visitor, a signed-in person's own."""

from uuid import UUID

from flask import redirect, render_template, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from timecredits.foundation.errors import NotFoundError
from timecredits.network.models import Programme
from timecredits.network.permissions import READ_PUBLIC_PAGES
from timecredits.web.access import actor, allow
from timecredits.web.database import db
from timecredits.web.public.blueprint import blueprint

PAGES: dict[str, str] = {}
"""The endpoint of each page that can be asked for without saying where, by the last word of its address."""


def find_area(area: str) -> Programme:
    """The programme with this short name in the address. Raises NotFoundError."""
    found = db.session().scalars(select(Programme).where(Programme.slug == area)).one_or_none()
    if found is None:
        raise NotFoundError
    return found


def own_id(programme: Programme) -> UUID | None:
    """The volunteer who asks, if this is their own programme: what an address says decides for nobody else."""
    who = actor()
    return who.volunteer_id if who.programme_id == programme.id else None


@blueprint.get("/to/<page>")
@allow(READ_PUBLIC_PAGES)
def area(page: str) -> str | Response:
    """Lead to this page of a person's own programme, or of the only one; else let them choose."""
    if page not in PAGES:
        raise NotFoundError
    session, who = db.session(), actor()
    query = select(Programme).order_by(Programme.name, Programme.number)
    if who.programme_id is not None:
        query = query.where(Programme.id == who.programme_id)
    programmes = session.scalars(query).all()
    if len(programmes) == 1:
        return redirect(url_for(PAGES[page], area=programmes[0].slug))
    places = [{"text": each.name, "href": url_for(PAGES[page], area=each.slug)} for each in programmes]
    return render_template("public/areas.html", places=places)
