"""Everything around credits, on one page: people, groups, help. It leads on, and says nothing about who looks."""

from flask import render_template, url_for

from timecredits.network.models import Programme
from timecredits.network.permissions import FIND_PLACES
from timecredits.web.access import actor, allow
from timecredits.web.database import db
from timecredits.web.volunteer.blueprint import blueprint


@blueprint.get("/around")
@allow(FIND_PLACES)
def around() -> str:
    """Lead on to each part."""
    area = db.session().get_one(Programme, actor().programme).slug
    public = {page: url_for(f"public.{page}", area=area) for page in ("support", "stories", "ask", "concern")}
    return render_template("volunteer/around.html", public=public)
