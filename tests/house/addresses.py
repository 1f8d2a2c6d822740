"""The address of every page there is, and which things of the full world (full_world.py) stand in it."""

from flask import Flask
from werkzeug.routing import Rule

from tests.house.full_books import BOOK_PAGES
from tests.house.full_events import EVENT_PAGES
from tests.house.full_first_steps import FIRST_STEP_PAGES
from tests.house.full_groups import GROUP_PAGES
from tests.house.full_mentoring import MENTORING_PAGES
from tests.house.full_merging import MERGING_PAGES
from tests.house.full_moving import MOVING_PAGES
from tests.house.full_organisations import ORGANISATION_PAGES
from tests.house.full_privacy import PRIVACY_PAGES
from tests.house.full_referees import REFEREE_PAGES
from tests.house.full_referrals import REFERRAL_PAGES
from tests.house.full_reports import COUNTED_PAGES, REPORT_PAGES
from tests.house.full_safety import SAFETY_PAGES
from tests.house.full_staff import STAFF_PAGES
from tests.house.full_stories import STORY_PAGES
from tests.house.full_support import SUPPORT_PAGES
from tests.house.full_surveys import SURVEY_PAGES
from tests.house.full_venues import VENUE_PAGES
from tests.house.full_webhooks import WEBHOOK_PAGES

THINGS = {
    **BOOK_PAGES,
    **EVENT_PAGES,
    **GROUP_PAGES,
    **MENTORING_PAGES,
    **MERGING_PAGES,
    **MOVING_PAGES,
    **FIRST_STEP_PAGES,
    **ORGANISATION_PAGES,
    **PRIVACY_PAGES,
    **REFEREE_PAGES,
    **REFERRAL_PAGES,
    **REPORT_PAGES,
    **SAFETY_PAGES,
    **STAFF_PAGES,
    **STORY_PAGES,
    **SUPPORT_PAGES,
    **SURVEY_PAGES,
    **VENUE_PAGES,
    **WEBHOOK_PAGES,
    "coordinator.activity": {"activity_id": "activity"},
    "coordinator.activity_edit": {"activity_id": "activity"},
    "coordinator.approval": {"logged_id": "logged"},
    "coordinator.approval_ask": {"logged_id": "logged"},
    "coordinator.approval_change": {"logged_id": "logged"},
    "coordinator.approval_decline": {"logged_id": "logged"},
    "coordinator.approval_undo": {"logged_id": "logged_approved"},
    "coordinator.attendance_settle": {"attendance_id": "attendance"},
    "coordinator.birth_month": {"volunteer_id": "volunteer"},
    "coordinator.card": {"volunteer_id": "volunteer"},
    "coordinator.sign_in_slip": {"volunteer_id": "volunteer"},
    "coordinator.card_anew": {"volunteer_id": "volunteer"},
    "coordinator.card_check": {"volunteer_id": "volunteer"},
    "coordinator.card_new": {"volunteer_id": "cardless"},
    "coordinator.card_photo": {"volunteer_id": "volunteer"},
    "coordinator.card_photo_file": {"volunteer_id": "volunteer"},
    "coordinator.card_pin": {"volunteer_id": "volunteer"},
    "coordinator.card_stop": {"volunteer_id": "volunteer"},
    "coordinator.cards_file": {"job_id": "card_job"},
    "coordinator.cards_printing": {"job_id": "card_job"},
    "coordinator.check_note": {"volunteer_id": "volunteer", "kind": "check_kind"},
    "coordinator.checks": {"volunteer_id": "volunteer"},
    "coordinator.credits_stop": {"volunteer_id": "volunteer"},
    "coordinator.hour_import_done": {"import_id": "import_done"},
    "coordinator.hour_import_look": {"import_id": "import_waiting"},
    "coordinator.hour_import_mend": {"import_id": "import_done"},
    "coordinator.hour_import_progress": {"import_id": "import_running"},
    "coordinator.hour_import_undo": {"import_id": "import_done"},
    "coordinator.hours_correct": {"entry_id": "entry"},
    "coordinator.letters_file": {"job_id": "letter_job"},
    "coordinator.letters_making": {"job_id": "letter_job"},
    "coordinator.note_batch": {"batch_id": "note_batch"},
    "coordinator.notes_from_person": {"volunteer_id": "volunteer"},
    "coordinator.notes_from_pot": {"pot_id": "notes_pot"},
    "coordinator.notes_hand_out": {"batch_id": "note_batch"},
    "coordinator.notes_pdf": {"batch_id": "note_batch"},
    "coordinator.notes_replace": {"batch_id": "note_batch"},
    "coordinator.notes_stop": {"batch_id": "note_batch"},
    "coordinator.person_training": {"volunteer_id": "volunteer"},
    "coordinator.person_training_new": {"volunteer_id": "volunteer"},
    "coordinator.plan_change": {"plan_id": "plan"},
    "coordinator.plan_end": {"plan_id": "plan"},
    "coordinator.plan_new": {"activity_id": "activity"},
    "coordinator.pot": {"pot_id": "pot"},
    "coordinator.pot_give": {"pot_id": "pot"},
    "coordinator.pot_given": {"pot_id": "pot", "together_id": "together"},
    "coordinator.pot_given_back": {"pot_id": "pot", "together_id": "together", "gift_id": "pot_gift"},
    "coordinator.pot_outing": {"pot_id": "pot"},
    "coordinator.pot_progress": {"pot_id": "pot", "together_id": "gift_job", "job_id": "gift_job"},
    "coordinator.pot_statement_file": {"pot_id": "pot"},
    "coordinator.reference": {"reference_id": "letter"},
    "coordinator.reference_asked": {"request_id": "letter_asked"},
    "coordinator.reference_change": {"reference_id": "draft"},
    "coordinator.reference_decline": {"request_id": "letter_asked"},
    "coordinator.reference_new": {"volunteer_id": "volunteer"},
    "coordinator.reference_pdf": {"reference_id": "letter"},
    "coordinator.reference_withdraw": {"reference_id": "letter"},
    "coordinator.register": {"activity_id": "activity"},
    "coordinator.register_saved": {"session_id": "session"},
    "coordinator.requirements": {"activity_id": "activity"},
    "coordinator.session_cancel": {"plan_id": "plan", "planned_on": "plan_day"},
    "coordinator.session_message": {"plan_id": "plan", "planned_on": "plan_day"},
    "coordinator.session_move": {"plan_id": "plan", "planned_on": "plan_day"},
    "coordinator.session_show": {"plan_id": "plan", "planned_on": "plan_day"},
    "coordinator.training_take_back": {"training_id": "confirmed_training"},
    "coordinator.use": {"use_id": "use"},
    "coordinator.volunteer": {"volunteer_id": "volunteer"},
    "coordinator.volunteer_gift_back": {"volunteer_id": "volunteer", "gift_id": "gift"},
    "coordinator.volunteer_gifts": {"volunteer_id": "volunteer"},
    "coordinator.volunteer_helper_new": {"volunteer_id": "volunteer"},
    "coordinator.volunteer_helpers": {"volunteer_id": "volunteer"},
    "coordinator.volunteer_hours": {"volunteer_id": "volunteer"},
    "coordinator.volunteer_self_log": {"volunteer_id": "volunteer"},
    "coordinator.volunteer_use_undo": {"volunteer_id": "volunteer", "redemption_id": "redemption"},
    "coordinator.volunteer_uses": {"volunteer_id": "volunteer"},
    "programme.pot": {"pot_id": "any_pot"},
    "programme.pot_budget": {"pot_id": "any_pot"},
    "programme.pot_close": {"pot_id": "any_pot"},
    "programme.pot_fill": {"pot_id": "any_pot"},
    "programme.pot_pass_on": {"pot_id": "any_pot"},
    "programme.pot_rename": {"pot_id": "any_pot"},
    "programme.pot_statement_file": {"pot_id": "any_pot"},
    "programme.pot_take": {"pot_id": "any_pot"},
    "programme.preset": {"key": "preset"},
    "programme.preset_change": {"key": "preset"},
    "programme.setting": {"name": "setting"},
    "programme.till_lost": {"till_id": "any_till"},
    "programme.use": {"use_id": "any_use"},
    "programme.venue_stop": {"venue_id": "any_venue"},
    "public.activity_calendar_file": {"token": "activity_calendar"},
    "public.check_reference": {"secret": "secret"},
    "public.credential_status": {"number": "status_list"},
    "public.shared_letter_pdf": {"code": "pack_code", "reference_id": "letter"},
    "public.shared_letters": {"code": "pack_code"},
    "public.shared_pack_pdf": {"code": "pack_code"},
    "public.volunteer_calendar": {"code": "calendar"},
    "venue.offer": {"offer_id": "offer"},
    "venue.offer_change": {"offer_id": "offer", "part": "offer_part"},
    "venue.offer_end": {"offer_id": "offer"},
    "venue.offer_pause": {"offer_id": "offer"},
    "venue.offer_picture": {"offer_id": "offer"},
    "venue.offer_picture_file": {"offer_id": "offer"},
    "venue.offer_price": {"offer_id": "offer"},
    "venue.poster_pdf": {"poster_id": "poster"},
    "venue.till_lost": {"till_id": "till"},
    "volunteer.activity": {"activity_id": "open_activity"},
    "volunteer.at_done": {"redemption_id": "poster_use"},
    "volunteer.at_venue": {"code": "poster_code"},
    "volunteer.give_pot": {"pot_id": "community_pot"},
    "volunteer.give_to": {"code": "receive_code"},
    "volunteer.goal": {"goal_id": "goal"},
    "volunteer.helping_code": {"helping_id": "helping"},
    "volunteer.helping_give": {"helping_id": "helping"},
    "volunteer.helping_give_to": {"helping_id": "helping", "code": "third_code"},
    "volunteer.helping_person": {"helping_id": "helping"},
    "volunteer.hours_logged_change": {"logged_id": "logged_returned"},
    "volunteer.pack": {"pack_id": "pack"},
    "volunteer.pack_change": {"pack_id": "pack"},
    "volunteer.place": {"offer_id": "shown_offer"},
    "volunteer.place_picture": {"offer_id": "shown_offer"},
    "volunteer.reference_ask": {"role_id": "letter_role"},
    "volunteer.reference_credential": {"reference_id": "letter"},
    "volunteer.reference_looks": {"reference_id": "letter"},
    "volunteer.reference_pdf": {"reference_id": "letter"},
    "volunteer.reflection": {"reflection_id": "reflection"},
    "volunteer.reflection_share": {"reflection_id": "reflection"},
    "volunteer.session": {"plan_id": "my_plan", "planned_on": "my_day"},
    "volunteer.training_show": {"training_id": "own_training"},
}
"""For each page about one thing: which of `FullWorld.own` (or `.others`) fills its address."""

PASSED_OVER = {
    **COUNTED_PAGES,
    "coordinator.person_data_file": "only for who asked for it; tests/records/privacy/test_pages.py",
    "coordinator.person_data_making": "only for who asked for it; tests/records/privacy/test_pages.py",
    "public.metrics": "there where a token is set; tests/web/watching/test_metrics.py",
    "public.security_txt": "there where a contact is set; tests/web/public/test_security_txt.py",
    "public.area": "leads on; tests/web/public/test_areas.py",
    "sign_in.invitation": "opens for whoever has the link; tests/web/sign_in/test_invitations.py",
    "sign_in.demo": "works only on the demo's own people; tests/web/sign_in/test_demo.py",
    "till.photo": "there for two minutes while it is asked about; tests/web/till/test_second_check.py",
    "volunteer.helping_code_fragment": "a part of a page; tests/web/volunteer/test_helping.py",
    "volunteer.helping_code_news": "an answer without a page; tests/web/volunteer/test_helping.py",
    "volunteer.here": "its code lives a minute; tests/web/volunteer/test_here.py",
    "static_file": "not a page; tests/house/test_front_end_build.py",
}
"""Addresses with a parameter that are no page about one thing, and what tests them."""

ANYBODYS = {
    "volunteer.first_step_add": {"offer"},  # any volunteer may put any offer on their list
    "volunteer.first_step_support": {"support"},  # the same
    "coordinator.concern_note": {"programmes_concern"},  # not the programme's lead's, but their own lead's
    "coordinator.concern_state": {"programmes_concern"},
}
"""Things of others that are not another's for these pages."""

ALIKE = {"volunteer.group_leave": 302, "volunteer.group_post": 200, "programme.privacy_person_keep": 302}
"""What answers so to whatever id, and tells of no group: leaving a second time is as good as the first, and words for a
board that is not theirs any more are given back. To call off an erasing that does not wait says that none waits."""

PROGRAMME_WIDE = {"cardless", "left_person", "notes_pot", "pot", "support", "till", "use", "volunteer"}
"""Things of an organisation or a venue that a programme manager looks after too, and people, for their data."""


def pages(app: Flask) -> list[Rule]:
    """Every GET address of a page, in order; the API has none (tests/web/api/test_keys.py asks it for every key)."""
    rules = [
        rule
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or set()) and rule.endpoint not in PASSED_OVER and not rule.endpoint.startswith("api.")
    ]
    return sorted(rules, key=lambda rule: rule.rule)


def address(app: Flask, rule: Rule, things: dict[str, str]) -> str:
    """The address of a page, filled with these things. Raises KeyError for a page that THINGS doesn't know."""
    if not rule.arguments:
        return rule.rule
    values = {name: things[THINGS[rule.endpoint][name]] for name in rule.arguments}
    with app.test_request_context():
        return str(app.url_for(rule.endpoint, **values))
