"""English words on printed documents. `welsh.py` has the same keys."""

from collections.abc import Mapping
from typing import Final

__all__ = ["ENGLISH"]

_LETTER: Final[Mapping[str, str]] = {
    "title": "Reference for %(name)s",
    "letters_title": "Letters, printed on %(day)s",
    "page": "Page {page} of {pages}",
    "number": "Reference number %(number)s",
    "charity": "Registered charity %(number)s",
    "confidential": "Given in confidence to the reader",
    "salutation": "To whom it may concern",
    "introduction": "%(organisation)s has known this person since %(day)s (%(span)s), in the role of %(capacity)s. "
    "The facts below come from our register of time given.",
    "capacity_volunteer": "volunteer",
    "roles_heading": "Roles and confirmed time",
    "role": "Role",
    "from": "From",
    "to": "To",
    "confirmed_time": "Confirmed time",
    "total": "Total",
    "confirmation": "The organisation confirmed each visit, with its day and length, up to %(day)s.",
    "training_heading": "Training completed",
    "opinion_heading": "The opinion of %(author)s",
    "limits_heading": "What this letter does not cover",
    "limits": "It speaks of the time and roles above and of nothing else. What it leaves out says nothing for or against anyone.",
    "good_faith": "We give it in good faith. To the best of our knowledge it is true, accurate and fair.",
    "check_heading": "Check this letter",
    "check_steps": "Scan the code, or go to %(place)s and type the check code and the surname. You need no account. "
    "You will see if this letter is real and still stands.",
    "check_steps_typed": "Go to %(place)s and type the check code and the surname. You need no account. "
    "You will see if this letter is real and still stands.",
    "check_code": "Check code",
    "qr_description": "QR code that opens the page where this letter can be checked.",
}

_PACK: Final[Mapping[str, str]] = {
    "pack_title": "References for %(name)s",
    "pack_lead": "This pack is for one application. It holds the letters listed below.",
    "asked_heading": "What was asked for",
    "writers_heading": "Who wrote them",
    "writer": "Written by",
    "known_since": "Known since",
    "reference_number": "Reference number",
    "pack_in_confidence": "Given in confidence, so it is not in this pack. Please ask its writer.",
    "pack_check_heading": "Check these letters",
    "pack_check_steps": "Scan the code to see them on our site. "
    "Or go to %(place)s and type a check code and the surname. You need no account.",
    "pack_ends": "The link works up to and including %(day)s. After that, the check codes still work.",
    "pack_qr_description": "QR code that opens the page with these letters.",
}

_VETTING: Final[Mapping[str, str]] = {
    "vetting_title": "Vetting history: %(name)s",
    "vetting_window": "From %(first)s to %(last)s",
    "vetting_preset": "This follows “%(preset)s”. Source: %(source)s, read on %(day)s. Check what the employer asks.",
    "vetting_picture_heading": "The years at a glance",
    "vetting_picture": "One bar for each year shows what covers it and where the gaps are. "
    "The table below says the same in words.",
    "vetting_table_heading": "All the days in words",
    "days": "Days",
    "what_covers_it": "What covers it",
    "seen_by": "Said or seen by",
    "kind_register": "Confirmed hours in our register",
    "kind_document": "Confirmed by somebody there, or evidence was seen",
    "kind_declared": "The person told us; not confirmed",
    "kind_minor": "Short gap, no longer than is allowed",
    "kind_needs_evidence": "Gap: the person told us, evidence is needed",
    "kind_uncovered": "Gap: nothing covers it",
    "vetting_nothing": "No days are listed.",
    "vetting_referees_heading": "People who can be asked",
    "name": "Name",
    "organisation": "Organisation",
    "vetting_limits": "We keep no reasons for gaps. We do not keep what the evidence was, only who saw it and when. "
    "Where somebody at another place confirmed, it was through a link. We did not check who they are.",
}

ENGLISH: Final[Mapping[str, str]] = {**_LETTER, **_PACK, **_VETTING}
