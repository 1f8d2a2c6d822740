"""The whole policy on one page: who may do what.

Every route names one of these permissions or the application refuses to start (timecredits.web.access). A permission
says which kinds of actor may use it; which *things* they may touch is settled by the query, which always starts from the
actor's own programme, organisation, venue or volunteer record (timecredits.network.scope). What lies outside answers 404.
"""

from dataclasses import dataclass
from enum import StrEnum


class ActorKind(StrEnum):
    """The kinds of people and devices that meet the system."""

    VISITOR = "visitor"
    VOLUNTEER = "volunteer"
    TILL = "till"
    KIOSK = "kiosk"
    PARTNER = "partner"
    VENUE_MANAGER = "venue_manager"
    COORDINATOR = "coordinator"
    ORGANISATION_OWNER = "organisation_owner"
    PROGRAMME_MANAGER = "programme_manager"


@dataclass(frozen=True)
class Permission:
    """A thing that may be done, in a sentence, and by whom."""

    name: str
    sentence: str
    allowed: frozenset[ActorKind]


EVERYBODY = frozenset(ActorKind)
_VOLUNTEERS = frozenset({ActorKind.VOLUNTEER})
_ORGANISATION = frozenset({ActorKind.COORDINATOR, ActorKind.ORGANISATION_OWNER})
_OWNERS = frozenset({ActorKind.ORGANISATION_OWNER})
_PROGRAMME = frozenset({ActorKind.PROGRAMME_MANAGER})
_VENUE = frozenset({ActorKind.VENUE_MANAGER})
_TILL = frozenset({ActorKind.TILL})
_KIOSK = frozenset({ActorKind.KIOSK})
_PARTNER = frozenset({ActorKind.PARTNER})
_SIGNED_IN = EVERYBODY - {ActorKind.VISITOR, ActorKind.TILL, ActorKind.KIOSK, ActorKind.PARTNER}

READ_PUBLIC_PAGES = Permission("read_public_pages", "Anybody may read the public pages.", EVERYBODY)
LEAVE_IN_A_HURRY = Permission("leave_in_a_hurry", "Anybody may leave the page in a hurry.", EVERYBODY)
SIGN_IN = Permission("sign_in", "Anybody may ask to sign in.", EVERYBODY)
SIGN_OUT = Permission("sign_out", "Anybody may sign out.", EVERYBODY)
CHANGE_CAPACITY = Permission("change_capacity", "Someone signed in may change between their own roles.", _SIGNED_IN)
KEEP_SIGN_IN = Permission("keep_sign_in", "Someone signed in says how they sign in, and sees where they are.", _SIGNED_IN)
CHECK_REFERENCE = Permission("check_reference", "Anybody who holds a letter may check that it is real.", EVERYBODY)
READ_SHARED_LETTERS = Permission("read_shared_letters", "Anybody with the link reads the letters shared behind it.", EVERYBODY)
ANSWER_ONE_TIME_LINK = Permission("answer_one_time_link", "Somebody who was sent a one-time link answers it.", EVERYBODY)
CHECK_CREDENTIAL = Permission("check_credential", "Anybody may fetch what it takes to check a digital credential.", EVERYBODY)
READ_SUPPORT = Permission("read_support", "Anybody may look for support, and say that an entry is wrong.", EVERYBODY)
READ_EVENTS = Permission("read_events", "Anybody may read what is on and open to all.", EVERYBODY)
READ_STORIES = Permission("read_stories", "Anybody may read the stories of organisations.", EVERYBODY)
WRITE_COMMENTS = Permission("write_comments", "Anybody may write a comment, which waits for a moderator.", EVERYBODY)
ASK_FOR_CONTACT = Permission("ask_for_contact", "Anybody may ask an organisation to be in touch, or refer somebody.", EVERYBODY)
RAISE_CONCERNS = Permission("raise_concerns", "Anybody may say that they worry about somebody's safety.", EVERYBODY)
ACCEPT_INVITATION = Permission("accept_invitation", "Anybody who was invited to work here may take it up.", EVERYBODY)
WATCH_HEALTH = Permission("watch_health", "Anybody may ask whether the service is up.", EVERYBODY)
READ_METRICS = Permission("read_metrics", "Whoever holds the installation's token for it reads its counts.", EVERYBODY)

SEE_OWN_CREDITS = Permission("see_own_credits", "A volunteer sees their own balance and statement.", _VOLUNTEERS)
SHOW_OWN_CODE = Permission("show_own_code", "A volunteer shows their own code.", _VOLUNTEERS)
SEE_OWN_HOURS = Permission("see_own_hours", "A volunteer sees and prints their own hours.", _VOLUNTEERS)
SEE_OWN_REFERENCES = Permission("see_own_references", "A volunteer sees the letters about them.", _VOLUNTEERS)
ASK_FOR_REFERENCES = Permission("ask_for_references", "A volunteer asks for a letter.", _VOLUNTEERS)
SHARE_REFERENCES = Permission("share_references", "A volunteer shares letters about them by a link, and ends it.", _VOLUNTEERS)
PLAN_REFERENCES = Permission("plan_references", "A volunteer plans whom to ask for a reference, and when.", _VOLUNTEERS)
KEEP_OWN_REFEREES = Permission("keep_own_referees", "A volunteer keeps a list of who could speak for them.", _VOLUNTEERS)
KEEP_HISTORY_ELSEWHERE = Permission("keep_history_elsewhere", "A volunteer adds time given at other places.", _VOLUNTEERS)
KEEP_OWN_JOURNEY = Permission("keep_own_journey", "A volunteer keeps training, notes, goals and what came of them.", _VOLUNTEERS)
KEEP_OWN_SETTINGS = Permission("keep_own_settings", "A volunteer keeps their own settings.", _VOLUNTEERS)
FIND_PLACES = Permission("find_places", "A volunteer finds places to earn and use credits.", _VOLUNTEERS)

SIGN_UP = Permission("sign_up", "A volunteer signs up for sessions, and cancels.", _VOLUNTEERS)
SIGN_SELF_IN = Permission("sign_self_in", "A volunteer signs in and out with the code on the wall.", _VOLUNTEERS)
LOG_OWN_HOURS = Permission("log_own_hours", "A volunteer logs their own hours.", _VOLUNTEERS)
KEEP_OWN_CARD = Permission("keep_own_card", "A volunteer chooses the second check of their card, or stops it.", _VOLUNTEERS)
KEEP_OWN_PASSES = Permission("keep_own_passes", "A volunteer carries passes for places with no signal.", _VOLUNTEERS)
USE_AT_POSTER = Permission("use_at_poster", "A volunteer uses credits at a venue's poster.", _VOLUNTEERS)
GIVE_CREDITS = Permission("give_credits", "A volunteer gives credits to somebody or to a pot.", _VOLUNTEERS)
HELP_SOMEBODY = Permission("help_somebody", "A helper uses somebody else's credits for them, as agreed.", _VOLUNTEERS)
KEEP_FIRST_STEPS = Permission("keep_first_steps", "A volunteer keeps a private list of small steps.", _VOLUNTEERS)
JOIN_GROUPS = Permission("join_groups", "A volunteer joins peer groups, writes on their boards, and leaves.", _VOLUNTEERS)
FACILITATE_GROUPS = Permission("facilitate_groups", "A volunteer who is a facilitator looks after their group.", _VOLUNTEERS)
TAKE_PART_IN_MENTORING = Permission("take_part_in_mentoring", "A volunteer takes part in their own mentoring.", _VOLUNTEERS)
BOOK_EVENTS = Permission("book_events", "A volunteer books events, and cancels.", _VOLUNTEERS)
KEEP_OWN_BLOCKS = Permission("keep_own_blocks", "A volunteer chooses whom not to see, and by which name they write.", _VOLUNTEERS)
KEEP_OWN_DATA = Permission(
    "keep_own_data", "A volunteer downloads all that is held about them, or asks to be erased.", _VOLUNTEERS
)
ANSWER_SURVEYS = Permission("answer_surveys", "A volunteer says how they are doing, or that they would rather not.", _VOLUNTEERS)
READ_CALENDAR = Permission("read_calendar", "Anybody who holds a calendar's private address may read it.", EVERYBODY)

KEEP_ACTIVITIES = Permission("keep_activities", "Coordinators keep their organisation's activities.", _ORGANISATION)
RECORD_HOURS = Permission("record_hours", "Coordinators record and correct hours at their organisation.", _ORGANISATION)
IMPORT_HOURS = Permission("import_hours", "Coordinators load registers of their organisation.", _ORGANISATION)
APPROVE_HOURS = Permission("approve_hours", "Coordinators decide on hours that volunteers logged.", _ORGANISATION)
KEEP_KIOSKS = Permission("keep_kiosks", "Coordinators set up and remove their organisation's kiosks.", _ORGANISATION)
KEEP_CHECKS = Permission("keep_checks", "Coordinators note which checks they have seen.", _ORGANISATION)
KEEP_VOLUNTEERS = Permission("keep_volunteers", "Coordinators enrol and look up their volunteers.", _ORGANISATION)
KEEP_CARDS = Permission("keep_cards", "Coordinators make, print and stop cards of their volunteers.", _ORGANISATION)
MAKE_SLIPS = Permission("make_slips", "Coordinators print a slip by which a volunteer of theirs signs in once.", _ORGANISATION)
KEEP_NOTES = Permission("keep_notes", "Coordinators make, hand out and void notes of their organisation.", _ORGANISATION)
KEEP_POTS = Permission("keep_pots", "Coordinators give credits from their organisation's pots.", _ORGANISATION)
KEEP_HELPERS = Permission("keep_helpers", "Coordinators note who may use credits for whom.", _ORGANISATION)
FREEZE_PEOPLE = Permission("freeze_people", "Coordinators stop the use of somebody's credits, and let it go on.", _ORGANISATION)
LOOK_AT_USES = Permission("look_at_uses", "Coordinators look at uses with no signal by their people or notes.", _ORGANISATION)
UNDO_USES = Permission("undo_uses", "Coordinators give back credits that their volunteers used.", _ORGANISATION)
WRITE_REFERENCES = Permission("write_references", "Coordinators write, issue and withdraw letters.", _ORGANISATION)
CHECK_BY_PHONE = Permission("check_by_phone", "Coordinators check a letter for somebody who rings.", _ORGANISATION | _PROGRAMME)
CONFIRM_TRAINING = Permission("confirm_training", "Coordinators confirm what their volunteers learnt.", _ORGANISATION)
NOTE_EVIDENCE = Permission("note_evidence", "Coordinators note that they saw what accounts for a gap.", _ORGANISATION)
READ_SHARED_NOTES = Permission("read_shared_notes", "Staff and owners read notes shared with them.", _ORGANISATION)
KEEP_LETTERHEAD = Permission("keep_letterhead", "Coordinators keep what stands at the head of letters.", _ORGANISATION)
MANAGE_STAFF = Permission("manage_staff", "An organisation's owner says who works there.", _OWNERS)
SEE_STAFF = Permission("see_staff", "Coordinators see who works at their organisation.", _ORGANISATION)
END_ENROLMENTS = Permission("end_enrolments", "Coordinators note that somebody has left, or is back.", _ORGANISATION)
SEE_OWN_REPORTS = Permission("see_own_reports", "Coordinators see their own organisation's report.", _ORGANISATION)
KEEP_OWN_SURVEYS = Permission("keep_own_surveys", "Coordinators ask their people how they are doing.", _ORGANISATION)
ANSWER_FOR_DATA = Permission(
    "answer_for_data", "Coordinators hand out what is held about somebody, or ask to erase it.", _ORGANISATION
)
GIVE_DUTIES = Permission("give_duties", "An organisation's owner says who looks after what.", _OWNERS)

KEEP_SUPPORT = Permission("keep_support", "Coordinators keep their organisation's entries of the directory.", _ORGANISATION)
KEEP_REFERRALS = Permission("keep_referrals", "Project workers answer people who asked to be in touch.", _ORGANISATION)
KEEP_MONEY = Permission("keep_money", "Coordinators note joining fees and donations.", _ORGANISATION)
KEEP_MENTORING = Permission("keep_mentoring", "Project workers match people, and stay beside them.", _ORGANISATION)
KEEP_GROUPS = Permission("keep_groups", "Coordinators keep peer groups and name their facilitators.", _ORGANISATION)
KEEP_EVENTS = Permission("keep_events", "Coordinators keep their organisation's events and bookings.", _ORGANISATION)
KEEP_STORIES = Permission("keep_stories", "Coordinators write and publish their organisation's stories.", _ORGANISATION)
MODERATE = Permission("moderate", "Moderators decide on what people write.", _ORGANISATION)
KEEP_PEOPLE_APART = Permission("keep_people_apart", "Coordinators keep two of their people apart.", _ORGANISATION)
HANDLE_CONCERNS = Permission("handle_concerns", "An organisation's safeguarding leads read its concerns.", _ORGANISATION)

SIGN_PEOPLE_IN = Permission("sign_people_in", "A kiosk signs people in and out at its organisation.", _KIOSK)

PAIR_TILL = Permission("pair_till", "Anybody with a pairing code may make a device a till.", EVERYBODY)
TAKE_CREDITS = Permission("take_credits", "A till takes credits for its venue, and undoes the last.", _TILL)
SEND_SAVED_USES = Permission("send_saved_uses", "A device that is or was a till sends what it saved with no signal.", EVERYBODY)
SEE_VENUE_DAY = Permission("see_venue_day", "A venue's manager sees what was used there.", _VENUE)
KEEP_TILLS = Permission("keep_tills", "A venue's manager pairs and removes its tills.", _VENUE)
KEEP_OFFERS = Permission("keep_offers", "A venue's manager makes, changes and pauses its offers.", _VENUE)
SEE_SETTLEMENT = Permission("see_settlement", "A venue's manager sees its totals over all programmes.", _VENUE)

CALL_TILL_API = Permission("call_till_api", "A till of a partner's making takes credits through the API.", _TILL)
CALL_FOR_OFFERS = Permission("call_for_offers", "A till or a partner reads through the API what is offered.", _TILL | _PARTNER)
CALL_API = Permission("call_api", "A partner reads and records what its key allows.", _PARTNER)
KEEP_API_TOKENS = Permission("keep_api_tokens", "A programme manager makes and ends keys for partners.", _PROGRAMME)
KEEP_ALL_POTS = Permission("keep_all_pots", "A programme manager makes pots, budgets and fills them.", _PROGRAMME)
LOOK_AT_ALL_USES = Permission("look_at_all_uses", "A programme manager looks at every use with no signal.", _PROGRAMME)
FREEZE_VENUES = Permission("freeze_venues", "A programme manager stops the use of credits at a venue.", _PROGRAMME)
STOP_TILLS = Permission("stop_tills", "A programme manager marks a venue's till as lost.", _PROGRAMME)
KEEP_PRESETS = Permission("keep_presets", "A programme manager keeps what kinds of job usually ask.", _PROGRAMME)
KEEP_SETTINGS = Permission("keep_settings", "A programme manager sets the programme's rules.", _PROGRAMME)
KEEP_ALL_SUPPORT = Permission("keep_all_support", "A programme manager keeps the whole directory.", _PROGRAMME)
PASS_ON_REFERRALS = Permission("pass_on_referrals", "A programme manager passes on who did not know whom to ask.", _PROGRAMME)
HANDLE_ALL_CONCERNS = Permission("handle_all_concerns", "The programme's leads read concerns; a manager in need.", _PROGRAMME)
GIVE_PROGRAMME_DUTIES = Permission("give_programme_duties", "A programme manager names safeguarding leads.", _PROGRAMME)
KEEP_ORGANISATIONS = Permission(
    "keep_organisations", "A programme manager takes organisations in, or puts them on hold.", _PROGRAMME
)
KEEP_VENUES = Permission("keep_venues", "A programme manager invites venues and keeps their agreements.", _PROGRAMME)
KEEP_PROGRAMME_STAFF = Permission("keep_programme_staff", "A programme manager says who works for the programme.", _PROGRAMME)
MERGE_PEOPLE = Permission("merge_people", "A programme manager makes one record of two.", _PROGRAMME)
SEE_REPORTS = Permission("see_reports", "A programme manager sees reports and the rows behind them.", _PROGRAMME)
KEEP_SURVEYS = Permission("keep_surveys", "A programme manager chooses what people are asked about how they are.", _PROGRAMME)
READ_AUDIT = Permission("read_audit", "A programme manager reads who did what, and every reversal.", _PROGRAMME)
KEEP_PRIVACY = Permission("keep_privacy", "A programme manager keeps, hands out and erases what is held.", _PROGRAMME)
MOVE_DATA = Permission("move_data", "A programme manager takes all data out, or opening balances in.", _PROGRAMME)
KEEP_WEBHOOKS = Permission("keep_webhooks", "A programme manager says whose computers are told of new hours.", _PROGRAMME)
SEE_PROGRAMME = Permission("see_programme", "A programme manager sees the programme's numbers and books.", _PROGRAMME)

ALL_PERMISSIONS = tuple(value for value in tuple(globals().values()) if isinstance(value, Permission))
"""For the pages and tests that list the policy."""
