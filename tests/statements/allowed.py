"""Statements that name no programme, or break another rule of `judging.py`, and why they may: by file and function.

On several machines each of these goes to all of them: right for what goes through all programmes anyway, a price for the rest.
"""

from collections.abc import Iterable, Mapping
from typing import Final

__all__ = ["ALLOWED"]

_VENUE: Final = "a venue takes the credits of several programmes, and asks over those that it takes part in (docs/adr/0036)"
_PERSON: Final = "one person may be somebody in several programmes, and is looked up before anybody knows in which"
_LINK: Final = "a link, code or key is looked up by what only its own row has; the programme follows from the row"
_ALL: Final = "goes through all programmes: a command, the worker, or what is told to whoever runs the site"
_PAIRS: Final = "names the programme of each row, as pairs of programme and id"
_ONE_WAY: Final = (
    "two rows of one programme in one way to the server and back; slower on Citus (design/scale.md), quicker on one server"
)


def _because(reason: str, homes: Iterable[str]) -> dict[str, str]:
    return {f"timecredits/{home}": reason for home in homes}


ALLOWED: Final[Mapping[str, str]] = {
    **_because(
        _VENUE,
        (
            "insight/partner_lists.py:list_offers_of_venue",
            "insight/venue_totals.py:all_programmes",
            "network/shared_venues.py:count_programmes",
            "network/shared_venues.py:first_programme",
            "network/shared_venues.py:programmes_served",
            "spending/deciding.py:find_places",
            "spending/left_after.py:left_after",
            "spending/look_up.py:look_up",
            "spending/offline/gaps.py:find_gaps",
            "spending/offline/keeping.py:begin_attempt",
            "spending/offline/keeping.py:find_kept",
            "spending/offline/packing.py:make_pack",
            "spending/open_questions.py:find_asked_card",
            "spending/undoing.py:undo",
            "spending/visits.py:last_at_till",
            "spending/visits.py:list_till_offers",
        ),
    ),
    **_because(
        _PERSON,
        (
            "network/email_codes.py:_who",
            "network/second_factor.py:is_staff",
            "network/second_factor.py:note_for_staff",
            "network/sign_ins.py:list_capacities",
            "network/taking_up.py:_who",
            "records/privacy/erasing_rows.py:_is_somebody",
            "spending/cards/card_sign_in.py:_let_in",
        ),
    ),
    **_because(
        _LINK,
        (
            "hours/attendances/kiosks.py:find_kiosk_actor",
            "insight/impact/survey_links.py:ask_behind",
            "journey/checks/checking.py:find_by_code",
            "journey/checks/checking.py:find_by_secret",
            "journey/checks/uploaded_copies.py:_issued_as",
            "journey/credentials/credential_checking.py:letter_of_credential",
            "journey/credentials/status_lists.py:_is_used",
            "journey/credentials/status_lists.py:signed_status_list",
            "journey/one_time_links.py:row_behind",
            "journey/packs/pack_links.py:open_pack",
            "network/api_tokens.py:find_partner",
            "spending/cards/card_sign_in.py:_find",
        ),
    ),
    **_because(
        _ALL,
        (
            "demo/attendance.py:_free",
            "foundation/jobs.py:_claim",
            "hours/importing/past_imports.py:forget_uploads",
            "insight/standing.py:_books",
            "insight/standing.py:_jobs",
            "insight/standing.py:_tills",
            "network/programmes.py:find_organisation",
            "records/resealing.py:_next_rows",
            "records/resealing.py:_numbers_in_use",
            "records/resealing.py:count_sealed",
        ),
    ),
    **_because(_PAIRS, ("foundation/audit_linking.py:_still_there",)),
    **_because(_ONE_WAY, ("spending/redemption.py:write",)),
}
