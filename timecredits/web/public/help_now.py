"""Help now: numbers for somebody in a crisis. The same for everybody, and there while the database is away."""

from flask import render_template

from timecredits.community.directory.helplines import NATIONAL_HELPLINES
from timecredits.network.permissions import READ_SUPPORT
from timecredits.web.access import allow
from timecredits.web.public.blueprint import blueprint


@blueprint.get("/help-now")
@allow(READ_SUPPORT)
def help_now() -> str:
    """Numbers first; then what each is for, what to say, and how to leave fast."""
    return render_template("public/help_now.html", lines=NATIONAL_HELPLINES)
