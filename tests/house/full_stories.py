"""A story with comments in every state for the full world, and a moderator. The others' story was taken down."""

from io import BytesIO
from uuid import UUID

from PIL import Image
from sqlalchemy.orm import Session

from timecredits.community.comments.asking_again import appeal, report
from timecredits.community.comments.commenting import send_comment
from timecredits.community.comments.moderating import decide
from timecredits.community.stories.telling import StoryFacts, set_story_picture, show_story, take_down, write_story
from timecredits.foundation.db import new_id
from timecredits.foundation.keys import Keyring
from timecredits.foundation.pictures import MadePicture
from timecredits.foundation.private_links import link_code
from timecredits.network.duties import give_duty
from timecredits.network.models import DutyKind, Programme

STORY_PAGES = {
    "coordinator.story": {"story_id": "story"},
    "coordinator.story_change": {"story_id": "story"},
    "coordinator.story_picture": {"story_id": "story"},
    "coordinator.story_picture_file": {"story_id": "story"},
    "public.comment_new": {"area": "story_area", "story_id": "story"},
    "public.comment_where": {"code": "comment_code"},
    "public.stories": {"area": "story_area"},
    "public.story": {"area": "story_area", "story_id": "story"},
    "public.story_picture": {"area": "story_area", "story_id": "story"},
    "volunteer.comment_look_again": {"comment_id": "comment_no"},
    "volunteer.comment_take_back": {"comment_id": "comment"},
}
"""What fills the addresses of these pages, for THINGS of addresses.py."""


def story_things(
    session: Session, keyring: Keyring, here: tuple[UUID, UUID], volunteer_id: UUID, *, actor_id: UUID, is_own: bool
) -> dict[str, str]:
    """One story, a draft, and what people wrote: waiting with every warning, shown with an answer, turned down, appealed."""
    programme_id, organisation_id = here
    give_duty(session, programme_id, DutyKind.MODERATOR, actor_id=None, organisation_id=organisation_id, user_id=actor_id)
    story_id = new_id()
    facts = StoryFacts("A day by the river", "Twelve of us went out.\n\nIt rained, and we laughed.\nThen we had tea.")
    write_story(session, *here, facts, story_id=story_id, actor_id=actor_id)
    show_story(session, *here, story_id, people_agreed=True, actor_id=actor_id)
    river = MadePicture(_jpeg(), 120, 80)
    set_story_picture(session, *here, story_id, river, shows="Two boats on a calm river", people_agreed=True, actor_id=actor_id)
    write_story(session, *here, StoryFacts("Not yet told", "Words."), story_id=new_id(), actor_id=actor_id)

    def send(words: str, *, name: str = "Robin", who: UUID | None = None, to: UUID | None = None) -> UUID:
        return send_comment(
            session,
            keyring,
            programme_id,
            comment_id=new_id(),
            organisation_id=organisation_id,
            words=words,
            name=name,
            story_id=story_id,
            volunteer_id=who,
            reply_to=to,
        ).id

    def say(comment_id: UUID, *, shown: bool) -> UUID:
        how = {"shown": shown, "reason": "names", "organisation_id": organisation_id}
        decide(session, programme_id, comment_id, actor_id=actor_id, **how)  # type: ignore[arg-type]
        return comment_id

    mine = say(send("I was there too. It was good.", who=volunteer_id), shown=True)
    say(send("Same here.", name="محمد", to=mine), shown=True)
    say(send("See you next time.", name="W" * 40), shown=True)
    turned_down = say(send("Betty Boothroyd made the tea.", who=volunteer_id), shown=False)
    appealed = say(send("Zofia Nowak sang for us."), shown=False)
    appeal(session, keyring, programme_id, appealed, "She told me that I may say so.", volunteer_id=None)
    send("I WANT TO DIE. Ring me on 01632 960123 or see www.shop.example", name="سارة")
    visitors = send("What a good idea.\n\nCan I come too?", name="Sam")
    report(session, programme_id, say(send("Hm.", name="Bo"), shown=True), reporter="somebody", story_id=story_id)
    if not is_own:
        take_down(session, *here, story_id, actor_id=actor_id)
    number = session.get_one(Programme, programme_id).number
    return {
        "comment": str(mine),
        "comment_code": link_code(keyring, "comment" if is_own else "nothing", number, visitors),
        "comment_no": str(turned_down),
        "story": str(story_id),
        "story_area": session.get_one(Programme, programme_id).slug,
    }


def _jpeg() -> bytes:
    made = BytesIO()
    Image.new("RGB", (120, 80), "steelblue").save(made, "JPEG")
    return made.getvalue()
