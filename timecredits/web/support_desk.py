"""What the organisation's and the programme's pages about the directory share: one desk, with whose entries it keeps."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from timecredits.community.directory.entry_facts import facts_of
from timecredits.community.directory.keeping import (
    add_entry,
    change_entry,
    find_entry,
    mark_reviewed,
    openings_of,
    put_back,
    remove_entry,
    set_shown,
)
from timecredits.community.directory.listing import Show, list_entries
from timecredits.community.directory.reports import open_reports
from timecredits.community.directory.reviewing import due_on
from timecredits.community.directory_models import SupportService
from timecredits.foundation import clock
from timecredits.foundation.errors import RuleError
from timecredits.network.models import Programme
from timecredits.web.access import actor
from timecredits.web.database import db
from timecredits.web.forms import show_rule
from timecredits.web.support_fields import DAY_FIELDS, EntryForm, filled_form
from timecredits.web.support_words import cost_words, fault_words, week

_LONGEST_SEARCH = 100


@dataclass(frozen=True)
class Desk:
    """A room's pages: endpoints and templates are `<room>.support...`. `organisation_id` None keeps every entry."""

    room: str
    organisation_id: UUID | None

    def list(self) -> str:
        """The entries, with what waits first."""
        asked = request.args.get("show", "")
        show = Show(asked) if asked in set(Show) else Show.ALL
        search = request.args.get("q", "")[:_LONGEST_SEARCH].strip()
        page = _page()
        entries = list_entries(
            db.session(),
            actor().programme,
            self.organisation_id,
            today=clock.today(),
            show=show,
            search=search,
            page=page,
        )
        if page > 1 and not entries.rows:
            abort(404)

        def at(number: int) -> str:
            return url_for(f"{self.room}.support", page=number, q=search or None, show=asked or None)

        return self._render(
            "support_list",
            entries=entries,
            show=show,
            search=search,
            previous=at(page - 1) if page > 1 else "",
            next=at(page + 1) if page < entries.pages else "",
        )

    def new(self) -> str | Response:
        """Add an entry."""
        form = EntryForm()
        if form.validate_on_submit():
            try:
                entry = add_entry(
                    db.session(),
                    actor().programme,
                    self.organisation_id,
                    form.facts(is_helpline=self._helpline(None)),
                    entry_id=form.created_id,
                    actor_id=actor().user_id,
                )
            except RuleError as fault:
                show_rule(form, fault)
            else:
                flash(_("Saved. %(name)s is in Find support now.", name=entry.name), "success")
                return self._to(entry.id)
        return self._render("support_edit", form=form, entry=None, days=DAY_FIELDS)

    def show(self, entry_id: UUID) -> str:
        """One entry: how it stands, what readers said, and what can be done with it."""
        entry = self._find(entry_id)
        reports = open_reports(db.session(), actor().programme, [entry_id]).get(entry_id, ())
        programme = db.session().get_one(Programme, actor().programme)
        return self._render(
            "support_entry",
            entry=entry,
            week=week(openings_of(db.session(), actor().programme, entry_id)),
            cost=cost_words(entry.cost),
            due_on=due_on(entry),
            is_due=due_on(entry) <= clock.today(),
            reports=[(fault_words(each.fault), each.said_at) for each in reports],
            public_href=url_for("public.support_service", area=programme.slug, service_id=entry_id),
        )

    def change(self, entry_id: UUID) -> str | Response:
        """Change what is said."""
        entry = self._find(entry_id)
        if request.method != "POST":
            form = filled_form(facts_of(entry, tuple(openings_of(db.session(), actor().programme, entry_id))))
        else:
            form = EntryForm()
        if form.validate_on_submit():
            try:
                entry = change_entry(
                    db.session(),
                    actor().programme,
                    entry_id,
                    form.facts(is_helpline=self._helpline(entry)),
                    actor_id=actor().user_id,
                    **self._owner,
                )
            except RuleError as fault:
                show_rule(form, fault)
            else:
                seen = entry.is_shown and entry.removed_at is None
                flash(_("Saved. People see it like this now.") if seen else _("Saved. Nobody finds it yet."), "success")
                return self._to(entry_id)
        return self._render("support_edit", form=form, entry=entry, days=DAY_FIELDS)

    def review(self, entry_id: UUID) -> Response:
        """Note that somebody looked today, and that all of it is right."""
        mark_reviewed(db.session(), actor().programme, entry_id, actor_id=actor().user_id, **self._owner)
        flash(_("Thank you. It says now that it was checked today."), "success")
        return self._to(entry_id)

    def set_shown(self, entry_id: UUID) -> Response:
        """Hide it, or show it again."""
        shown = request.form.get("shown") == "yes"
        entry = set_shown(db.session(), actor().programme, entry_id, shown=shown, actor_id=actor().user_id, **self._owner)
        if not shown:
            text = _("Hidden. Nobody finds it now. You can show it again at any time.")
        elif entry.removed_at is None:
            text = _("People can find it again.")
        else:
            text = _("It is not hidden any more, but removed. Nobody finds it until you put it back.")
        flash(text, "success")
        return self._to(entry_id)

    def remove(self, entry_id: UUID) -> Response:
        """Take it out of the directory, or put it back."""
        back = request.form.get("do") == "back"
        (put_back if back else remove_entry)(db.session(), actor().programme, entry_id, actor_id=actor().user_id, **self._owner)
        flash(_("It is back, as it was.") if back else _("Removed. Nobody finds it now. You can still put it back."), "success")
        return self._to(entry_id)

    @property
    def _owner(self) -> dict[str, Any]:
        return {} if self.organisation_id is None else {"organisation_id": self.organisation_id}

    def _helpline(self, entry: SupportService | None) -> bool | None:
        """Only a programme says what stands with the helplines: for an organisation it stays as it is."""
        if self.organisation_id is None:
            return None
        return entry is not None and entry.is_helpline

    def _find(self, entry_id: UUID) -> SupportService:
        return find_entry(db.session(), actor().programme, entry_id, **self._owner)

    def _to(self, entry_id: UUID) -> Response:
        return redirect(url_for(f"{self.room}.support_entry", entry_id=entry_id))

    def _render(self, page: str, **values: Any) -> str:
        def to(action: str, **more: Any) -> str:
            return url_for(f"{self.room}.support{'_' if action else ''}{action}", **more)

        return render_template(f"{self.room}/{page}.html", to=to, is_programme=self.organisation_id is None, **values)


def _page() -> int:
    asked = request.args.get("page", "1")
    return max(int(asked), 1) if asked.isascii() and asked.isdigit() and len(asked) < 5 else 1  # noqa: PLR2004  four digits
