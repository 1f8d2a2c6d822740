"""Writing under a story, with or without signing in; and the private page of what a visitor wrote.

Volunteers write under the name they chose, staff of the story's organisation for it, anybody else under a name they type. Nobody
is asked for an email. A visitor gets a private link instead: it alone opens what they wrote.
"""

from typing import Any
from uuid import UUID

from flask import current_app, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from govuk_frontend_wtf.wtforms_widgets import GovCharacterCount
from sqlalchemy import select
from wtforms import TextAreaField

from timecredits.community.comments.asking_again import LONGEST_APPEAL, appeal, report
from timecredits.community.comments.commenting import LONGEST_WORDS, SentComment, send_comment, take_back
from timecredits.community.comments.reading import MyComment, my_comment, read_shown
from timecredits.community.directory.helplines import first_helplines
from timecredits.community.stories.listing import ShownStory, read_story
from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.foundation.keys import Keyring
from timecredits.foundation.private_links import link_code, link_fits, read_link
from timecredits.network.chosen_names import LONGEST_CHOSEN_NAME, choose_name, tidy_chosen_name
from timecredits.network.models import Programme, Volunteer
from timecredits.network.permissions import KEEP_STORIES, READ_STORIES, WRITE_COMMENTS
from timecredits.network.scope import find
from timecredits.web.access import actor, allow
from timecredits.web.comment_fields import WriteForm, browser_id, give_room, takes_long_words
from timecredits.web.comment_words import REASONS
from timecredits.web.database import db
from timecredits.web.filters import say
from timecredits.web.forms import show_rule
from timecredits.web.public.areas import find_area, own_id
from timecredits.web.public.blueprint import blueprint

_LINK = "comment"
"""What the private link of a comment is made for."""
_SENT = "comments_sent"
_MOST_SENT = 5

give_room(blueprint)


class AppealForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """Why it should be looked at again."""

    words = TextAreaField(lazy_gettext("Why should we look again?"), widget=GovCharacterCount())


@blueprint.route("/in/<area>/stories/<uuid:story_id>/comment", methods=["GET", "POST"])
@allow(WRITE_COMMENTS)
@takes_long_words
def comment_new(area: str, story_id: UUID) -> ResponseReturnValue:
    """Write under a story, or (`?to=`) answer what somebody wrote; then say what happens next, at the same address."""
    programme, form = find_area(area), WriteForm()
    story = read_story(db.session(), programme.id, story_id)
    mine = own_id(programme)
    chosen = "" if mine is None else find(db.session(), Volunteer, programme.id, mine).chosen_name
    writes_for = _writes_for(programme, story)
    answers = _answered(programme, story_id, mine)
    form.begin()
    if form.validate_on_submit() and not form.looks_hasty():
        try:
            name = writes_for or chosen or tidy_chosen_name(form.name.data or "")
            sent = send_comment(
                db.session(),
                current_app.config["KEYRING"],
                programme.id,
                comment_id=form.created_id,
                organisation_id=story.organisation_id,
                words=form.words.data or "",
                name=name,
                story_id=story_id,
                reply_to=None if answers is None else answers.id,
                volunteer_id=mine,
                user_id=actor().user_id if writes_for else None,
                browser=browser_id(),
            )
            if mine is not None and not chosen:
                choose_name(db.session(), programme.id, mine, name)
        except RuleError as fault:
            show_rule(form, fault)
        else:
            return _thanks(programme, story, sent, by_visitor=mine is None and not writes_for)
    return render_template(
        "public/comment_new.html",
        area=area,
        story=story,
        form=form,
        answers=answers,
        writes_as=writes_for or chosen,
        is_staff=bool(writes_for),
        is_short=form.shorten(),
        longest=LONGEST_WORDS,
        longest_name=LONGEST_CHOSEN_NAME,
    )


@blueprint.post("/in/<area>/stories/<uuid:story_id>/comments/<uuid:comment_id>/report")
@allow(READ_STORIES)
def comment_report(area: str, story_id: UUID, comment_id: UUID) -> ResponseReturnValue:
    """Ask a moderator to look at something that is shown."""
    programme = find_area(area)
    read_story(db.session(), programme.id, story_id)
    known = own_id(programme) or actor().user_id
    reporter = str(known or browser_id())
    try:
        hides = report(db.session(), programme.id, comment_id, reporter=reporter, by_visitor=known is None, story_id=story_id)
    except RuleError as fault:
        flash(say(fault.sentence), "warning")
    else:
        flash(
            _("Thank you. Somebody looks at it. It is hidden until then.")
            if hides
            else _("Thank you. Somebody looks at it again. It stays here until then."),
            "success",
        )
    return redirect(url_for("public.story", area=area, story_id=story_id))


@blueprint.get("/comments/<code>")
@allow(WRITE_COMMENTS)
def comment_where(code: str) -> str:
    """Where a visitor's comment stands, for whoever has its private link."""
    return _where(code, AppealForm(formdata=None))


@blueprint.post("/comments/<code>/take-back")
@allow(WRITE_COMMENTS)
def comment_take_back(code: str) -> ResponseReturnValue:
    """Throw a visitor's words away."""
    programme, found = _open(code)
    take_back(db.session(), programme.id, found.id, volunteer_id=None)
    flash(_("Your words and your name are gone for good."), "success")
    return redirect(url_for("public.comment_where", code=code))


@blueprint.post("/comments/<code>/look-again")
@allow(WRITE_COMMENTS)
def comment_appeal(code: str) -> ResponseReturnValue:
    """Ask once for another look."""
    (programme, found), form = _open(code), AppealForm()
    if form.validate_on_submit():
        try:
            appeal(db.session(), _keyring(), programme.id, found.id, form.words.data or "", volunteer_id=None)
        except RuleError as fault:
            if not found.can_appeal:  # the form is not there any more
                flash(say(fault.sentence), "warning")
                return redirect(url_for("public.comment_where", code=code))
            show_rule(form, fault)
        else:
            flash(_("Thank you. Somebody looks at it again. Come back here to see the answer."), "success")
            return redirect(url_for("public.comment_where", code=code))
    return _where(code, form)


def _where(code: str, form: AppealForm) -> str:
    programme, found = _open(code)
    return render_template(
        "public/comment_where.html",
        area=programme.slug,
        code=code,
        comment=found,
        form=form,
        reasons=REASONS,
        longest=LONGEST_APPEAL,
        lines=first_helplines() if "unsafe" in found.warnings else (),
    )


def _open(code: str) -> tuple[Programme, MyComment]:
    link, database = read_link(code), db.session()
    if link is None or not link_fits(_keyring(), _LINK, link):
        raise NotFoundError
    programme = database.scalars(select(Programme).where(Programme.number == link.programme_number)).one_or_none()
    if programme is None:
        raise NotFoundError
    return programme, my_comment(database, _keyring(), programme.id, link.row_id, volunteer_id=None)


def _thanks(programme: Programme, story: ShownStory, sent: SentComment, *, by_visitor: bool) -> str:
    link = ""
    if by_visitor:
        known: list[str] = session.get(_SENT, [])
        if sent.is_new:
            known = session[_SENT] = [*known, str(sent.id)][-_MOST_SENT:]
        if str(sent.id) in known:  # the same words from another browser: nobody gets a stranger's link
            link = url_for("public.comment_where", code=link_code(_keyring(), _LINK, programme.number, sent.id))
    return render_template(
        "public/comment_sent.html",
        area=programme.slug,
        story=story,
        sent=sent,
        link=link,
        base_url=current_app.config["BASE_URL"],
        by_visitor=by_visitor,
        lines=first_helplines() if "unsafe" in sent.warnings else (),
    )


def _writes_for(programme: Programme, story: ShownStory) -> str:
    """The organisation's name where its staff write, or ""."""
    who = actor()
    is_ours = who.may(KEEP_STORIES) and (who.programme_id, who.organisation_id) == (programme.id, story.organisation_id)
    return story.organisation[:LONGEST_CHOSEN_NAME].strip() if is_ours else ""


def _answered(programme: Programme, story_id: UUID, reader_id: UUID | None) -> Any:
    """What `?to=` names, as this reader may see it, or None. Raises NotFoundError."""
    to = request.args.get("to", "")
    if not to:
        return None
    try:
        comment_id = UUID(to)
    except ValueError:
        raise NotFoundError from None
    return read_shown(db.session(), _keyring(), programme.id, comment_id, story_id=story_id, reader_id=reader_id)


def _keyring() -> Keyring:
    keyring: Keyring = current_app.config["KEYRING"]
    return keyring
