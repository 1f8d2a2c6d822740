"""The pages on which staff are kept: who works at a place, inviting, last days, ending and giving back, handing over.

The same pages serve an organisation's owner, and a programme manager for an organisation, a venue or the programme itself. A
room says where (:class:`StaffDesk`) and hangs them up with :func:`add_staff_pages`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Final
from uuid import UUID

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from govuk_frontend_wtf.wtforms_widgets import GovTextInput
from wtforms import SelectChoice, StringField, ValidationError

from timecredits.foundation import clock
from timecredits.foundation.errors import RuleError
from timecredits.network.handing_over import hand_over, who_can_take_over
from timecredits.network.invitation_slip import print_slip, write_slip_record
from timecredits.network.invitations import InvitationState, invite, list_invitations, send_again, withdraw
from timecredits.network.models import RoleKind
from timecredits.network.permissions import Permission
from timecredits.network.roles import (
    RoleState,
    StaffLine,
    Workplace,
    change_role,
    find_line,
    give_role_back,
    list_lines,
    take_role_away,
    workplace_name,
)
from timecredits.web.access import actor, allow
from timecredits.web.card_forms import ChoiceField
from timecredits.web.database import db
from timecredits.web.filters import say
from timecredits.web.forms import CreatingForm, show_rule
from timecredits.web.freshness import fresh
from timecredits.web.hour_fields import OptionalDayField
from timecredits.web.pdf_answers import pdf_answer
from timecredits.web.staff_second_step import reset_page

__all__ = ["KINDS", "StaffDesk", "add_staff_pages"]

KINDS: Final = {
    RoleKind.COORDINATOR: lazy_gettext("Coordinator"),
    RoleKind.ORGANISATION_OWNER: lazy_gettext("Owner"),
    RoleKind.PROGRAMME_MANAGER: lazy_gettext("Programme manager"),
    RoleKind.VENUE_MANAGER: lazy_gettext("Venue manager"),
}
_ABOUT: Final = {
    RoleKind.COORDINATOR: lazy_gettext("Logs hours, writes letters and looks after people."),
    RoleKind.ORGANISATION_OWNER: lazy_gettext("Does the same, and says who works here."),
    RoleKind.PROGRAMME_MANAGER: lazy_gettext("Sees the numbers and sets the rules."),
    RoleKind.VENUE_MANAGER: lazy_gettext("Keeps what the venue offers, and its tills."),
}
_STATES: Final = {
    InvitationState.WAITING: lazy_gettext("Waiting"),
    InvitationState.TAKEN_UP: lazy_gettext("Said yes"),
    InvitationState.RUN_OUT: lazy_gettext("Run out"),
    InvitationState.WITHDRAWN: lazy_gettext("Taken back"),
}
_MAIL, _SLIP = "mail", "slip"


@dataclass(frozen=True)
class StaffDesk:
    """Whose staff a set of pages keeps, and for whom. `stem` begins the names of its endpoints."""

    stem: str
    layout: str
    see: Permission
    keep: Permission
    place: Callable[..., Workplace]
    """From what stands in the address to the place."""
    back: Callable[[], tuple[str, str]]
    """Where Back leads from the list: an address and its words."""
    hands_over: bool = False
    lead: Any = ""

    def href(self, act: str = "", **values: Any) -> str:
        """The address of one of its pages, at the place that this request is about."""
        here = {name: value for name, value in (request.view_args or {}).items() if name in {"organisation_id", "venue_id"}}
        return url_for(f".{self.stem}_{act}" if act else f".{self.stem}", **{**here, **values})


class InviteForm(CreatingForm):
    """Whom to invite, to what, and how."""

    kind = ChoiceField(lazy_gettext("What will they be?"), lazy_gettext("Choose what they will be. Nothing was sent."), [])
    way = ChoiceField(
        lazy_gettext("How do we reach them?"),
        lazy_gettext("Choose how we reach them. Nothing was sent."),
        [
            SelectChoice(_MAIL, lazy_gettext("By email. The link works for 7 days.")),
            SelectChoice(_SLIP, lazy_gettext("On paper. You print a slip with a code. It works for 72 hours.")),
        ],
        default=_MAIL,
    )
    email = StringField(lazy_gettext("Their email address, if you chose email"), widget=GovTextInput())
    name = StringField(lazy_gettext("Their name, if you chose paper"), widget=GovTextInput())
    title = StringField(lazy_gettext("Their title at work, if you like"), widget=GovTextInput())
    ends_on = OptionalDayField(lazy_gettext("Their last day, if there is one"))

    def validate_email(self, field: Any) -> None:
        """A mail needs an address."""
        if self.way.data == _MAIL and not (field.data or "").strip():
            raise ValidationError(_("Type their email address. Nothing was sent."))


class RoleForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """What somebody is called at work, and until when."""

    title = StringField(lazy_gettext("Title at work"), widget=GovTextInput())
    ends_on = OptionalDayField(lazy_gettext("Last day"))


class HandOverForm(FlaskForm):  # type: ignore[misc]
    """Who is to be the owner."""

    person = ChoiceField(lazy_gettext("Who will be the owner?"), lazy_gettext("Choose somebody. Nothing was changed."), [])


def add_staff_pages(blueprint: Blueprint, rule: str, desk: StaffDesk) -> None:
    """Hang the pages of a desk on a room, under the address `rule`."""
    pages = _Pages(desk)
    role, invitation = f"{rule}/<uuid:role_id>", f"{rule}/invitations/<uuid:invitation_id>"
    added: list[tuple[str, str, Callable[..., ResponseReturnValue], Permission, tuple[str, ...]]] = [
        (rule, "", pages.people, desk.see, ("GET",)),
        (f"{rule}/invite", "_invite", pages.invite, desk.keep, ("GET", "POST")),
        (f"{invitation}/again", "_again", pages.again, desk.keep, ("POST",)),
        (f"{invitation}/withdraw", "_withdraw", pages.withdraw, desk.keep, ("POST",)),
        (f"{invitation}/slip", "_slip", pages.slip, desk.keep, ("POST",)),
        (role, "_role", pages.role, desk.see, ("GET",)),
        (role, "_role_save", pages.role_save, desk.keep, ("POST",)),
        (f"{role}/end", "_role_end", pages.role_end, desk.keep, ("POST",)),
        (f"{role}/give-back", "_role_back", pages.role_back, desk.keep, ("POST",)),
        (f"{role}/second-step", "_role_reset", partial(reset_page, desk), desk.keep, ("POST",)),
    ]
    if desk.hands_over:
        added.append((f"{rule}/hand-over", "_hand_over", pages.hand_over, desk.keep, ("GET", "POST")))
    for address, act, view, permission, methods in added:
        plain = _plain(view)
        # Whoever changes who works somewhere shows first that it is them.
        asked = fresh(plain) if permission is desk.keep else plain
        blueprint.add_url_rule(address, f"{desk.stem}{act}", allow(permission)(asked), methods=list(methods))


def _plain(view: Callable[..., ResponseReturnValue]) -> Callable[..., ResponseReturnValue]:
    """A function of its own, because what a view needs is written on it, and a method can't be written on."""

    def answer(**values: Any) -> ResponseReturnValue:
        return view(**values)

    answer.__doc__ = view.__doc__
    return answer


class _Pages:
    """The views of one desk. `at` is what the address says of the place."""

    def __init__(self, desk: StaffDesk) -> None:
        self.desk = desk

    def people(self, **at: UUID) -> str:
        """Show who works here; to those who keep it, whom they invited too."""
        session, who, place = db.session(), actor(), self.desk.place(**at)
        keeps = who.may(self.desk.keep)
        lines = list_lines(session, who.programme, place, today=clock.today())
        return self._render(
            "list",
            at,
            lines=lines,
            invitations=list_invitations(session, who.programme, place) if keeps else [],
            has_owner=any(_is_owner(each) for each in lines),
            can_hand_over=self.desk.hands_over and keeps,
        )

    def invite(self, **at: UUID) -> ResponseReturnValue:
        """Invite somebody, by mail or on a slip."""
        session, who, place = db.session(), actor(), self.desk.place(**at)
        form = InviteForm()
        kinds = self._kinds(place)
        form.kind.choices = [SelectChoice(kind.value, KINDS[kind]) for kind in kinds]
        # One choice is no question; but a form that asked for the owner's seat while it was free must not ask for less now.
        if len(kinds) == 1 and request.form.get("kind", kinds[0].value) == kinds[0].value:
            del form.kind
        if form.validate_on_submit():
            by_mail = form.way.data == _MAIL
            try:
                invited = invite(
                    session,
                    current_app.config["KEYRING"],
                    who.programme,
                    place,
                    invitation_id=form.created_id,
                    kind=RoleKind(form.kind.data) if form.kind else kinds[0],
                    email=form.email.data or "" if by_mail else "",
                    name=form.name.data or "",
                    title=form.title.data or "",
                    role_ends_on=form.ends_on.data,
                    actor_id=who.user_id,
                    base_url=current_app.config["BASE_URL"],
                    today=clock.today(),
                )
            except RuleError as fault:
                show_rule(form, fault)
            else:
                flash(*_invited(invited.is_new, by_mail=by_mail))
                return redirect(self.desk.href())
        return self._render("invite", at, form=form, abouts={kind.value: _ABOUT[kind] for kind in kinds})

    def again(self, invitation_id: UUID, **at: UUID) -> ResponseReturnValue:
        """Send a mail again, or make a slip anew."""
        who = actor()
        try:
            sent = send_again(
                db.session(),
                current_app.config["KEYRING"],
                who.programme,
                self.desk.place(**at),
                invitation_id,
                actor_id=who.user_id,
                base_url=current_app.config["BASE_URL"],
            )
        except RuleError as fault:
            flash(say(fault.sentence), "warning")
        else:
            mailed = _("Sent again. The link of before does not work any more.")
            printed = _("The slip is new. Print it now. The slip of before does not work any more.")
            flash(mailed if sent.email else printed, "success")
        return redirect(self.desk.href())

    def withdraw(self, invitation_id: UUID, **at: UUID) -> ResponseReturnValue:
        """Take an invitation back."""
        who = actor()
        try:
            withdraw(db.session(), who.programme, self.desk.place(**at), invitation_id, actor_id=who.user_id)
        except RuleError as fault:
            flash(say(fault.sentence), "warning")
        else:
            flash(_("Taken back. It does not work any more. You can invite them again."), "success")
        return redirect(self.desk.href())

    def slip(self, invitation_id: UUID, **at: UUID) -> ResponseReturnValue:
        """Answer a slip to print: a POST, because nobody but those who keep the staff may ask."""
        who, base_url = actor(), current_app.config["BASE_URL"]
        try:
            record = write_slip_record(
                db.session(),
                current_app.config["KEYRING"],
                who.programme,
                self.desk.place(**at),
                invitation_id,
                base_url=base_url,
            )
            return pdf_answer(print_slip(record), "invitation.pdf")
        except RuleError as fault:
            flash(say(fault.sentence), "warning")
            return redirect(self.desk.href())

    def role(self, role_id: UUID, **at: UUID) -> str:
        """Show one role, and to those who keep it what can be changed."""
        line = find_line(db.session(), actor().programme, self.desk.place(**at), role_id, today=clock.today())
        return self._role(at, line, RoleForm(formdata=None, title=line.title, ends_on=line.ends_on))

    def role_save(self, role_id: UUID, **at: UUID) -> ResponseReturnValue:
        """Save a title and a last day."""
        session, who, place, form = db.session(), actor(), self.desk.place(**at), RoleForm()
        line = find_line(session, who.programme, place, role_id, today=clock.today())
        if form.validate_on_submit():
            try:
                changed = change_role(
                    session,
                    who.programme,
                    place,
                    role_id,
                    title=form.title.data or "",
                    ends_on=form.ends_on.data,
                    actor_id=who.user_id,
                    today=clock.today(),
                )
            except RuleError as fault:
                show_rule(form, fault)
            else:
                flash(_("Saved.") if changed else _("Nothing was changed."), "success")
                return redirect(self.desk.href())
        return self._role(at, line, form)

    def role_end(self, role_id: UUID, **at: UUID) -> ResponseReturnValue:
        """End a role now."""
        who, place = actor(), self.desk.place(**at)
        try:
            ended = take_role_away(db.session(), who.programme, place, role_id, actor_id=who.user_id, today=clock.today())
        except RuleError as fault:
            flash(say(fault.sentence), "warning")
        else:
            done = _("Done. They can not work here any more. You can give it back below.")
            flash(done if ended else _("This had ended already. Nothing was changed."), "success")
        return redirect(self.desk.href())

    def role_back(self, role_id: UUID, **at: UUID) -> ResponseReturnValue:
        """Give a role back that ended."""
        who, place = actor(), self.desk.place(**at)
        try:
            given = give_role_back(db.session(), who.programme, place, role_id, actor_id=who.user_id, today=clock.today())
        except RuleError as fault:
            flash(say(fault.sentence), "warning")
        else:
            done = _("Done. They work here again. They sign in anew.")
            flash(done if given else _("They work here already. Nothing was changed."), "success")
        return redirect(self.desk.href())

    def hand_over(self, **at: UUID) -> ResponseReturnValue:
        """Let somebody of the staff be the owner."""
        session, who, place = db.session(), actor(), self.desk.place(**at)
        organisation_id = place.organisation_id
        if organisation_id is None:
            raise LookupError("only an organisation has an owner")
        form, lines = HandOverForm(), list_lines(session, who.programme, place, today=clock.today())
        can = who_can_take_over(session, who.programme, organisation_id, today=clock.today())
        form.person.choices = [SelectChoice(str(each.role_id), each.name) for each in can]
        offered = {str(each.role_id) for each in lines}
        if (chosen := request.form.get("person", "")) in offered - {str(each.role_id) for each in can}:
            # Somebody who could take over when the page was made: the rule says what has changed since.
            form.person.choices.append(SelectChoice(chosen, ""))
        if form.validate_on_submit():
            try:
                line = hand_over(
                    session,
                    who.programme,
                    organisation_id,
                    UUID(form.person.data),
                    actor_id=who.user_id,
                    base_url=current_app.config["BASE_URL"],
                    today=clock.today(),
                )
            except RuleError as fault:
                show_rule(form, fault)
            else:
                flash(_("Done. %(name)s is the owner now.", name=line.name), "success")
                # Who was the owner sees this page still, and keeps it no more.
                return redirect(self.desk.href())
        form.person.choices = [SelectChoice(str(each.role_id), each.name) for each in can]
        owner = next((each for each in lines if _is_owner(each)), None)
        return self._render("hand_over", at, form=form, can=can, owner=owner)

    def _role(self, at: dict[str, UUID], line: StaffLine, form: RoleForm) -> str:
        mine = line.user_id == actor().user_id
        return self._render("role", at, line=line, form=form, can_end=not (mine and _is_owner(line)))

    def _kinds(self, place: Workplace) -> list[RoleKind]:
        """What one can be invited to: the owner's seat only while it is free."""
        lines = list_lines(db.session(), actor().programme, place, today=clock.today())
        taken = any(_is_owner(each) for each in lines)
        return [each for each in place.kinds if each is not RoleKind.ORGANISATION_OWNER or not taken]

    def _render(self, page: str, at: dict[str, UUID], **values: Any) -> str:
        session, who, place = db.session(), actor(), self.desk.place(**at)
        return render_template(
            f"staff/{page}.html",
            desk=self.desk,
            place=workplace_name(session, who.programme, place),
            of_programme=place == Workplace(),
            keeps=who.may(self.desk.keep),
            me=who.user_id,
            kinds=KINDS,
            states=_STATES,
            role_states=RoleState,
            **values,
        )


def _is_owner(line: StaffLine) -> bool:
    return line.kind is RoleKind.ORGANISATION_OWNER and line.state is RoleState.COUNTS and not line.is_disabled


def _invited(is_new: bool, *, by_mail: bool) -> tuple[str, str]:  # noqa: FBT001  what inviting said
    if not is_new:
        return _("They are invited already. Nothing more was sent. You can send it again below."), "message"
    if by_mail:
        return _("Sent. They can say yes within 7 days. Until then nothing changes."), "success"
    return _("The slip is ready. Print it below and hand it over. It works for 72 hours."), "success"
