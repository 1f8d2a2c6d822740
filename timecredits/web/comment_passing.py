"""What all who decide on words share: where somebody may not be safe, the words go on to whoever looks after that."""

from collections.abc import Sequence
from uuid import UUID, uuid5

from flask import current_app, request
from flask_babel import gettext as _

from timecredits.community.comments.passing_on import pass_on
from timecredits.community.safety.concerns import GoesTo
from timecredits.community.story_models import CommentReason
from timecredits.foundation.wording import Sentence
from timecredits.web.access import actor
from timecredits.web.database import db

__all__ = ["pass_on_words", "said_of_post"]


def pass_on_words(comment_ids: Sequence[UUID], organisation_id: UUID) -> str:
    """Pass on comments of an organisation that were turned down as unsafe; answers what to say of it. Twice is once."""
    base_url: str = current_app.config["BASE_URL"]
    passed = [
        pass_on(
            db.session(),
            current_app.config["KEYRING"],
            actor().programme,
            each,
            concern_id=uuid5(each, "concern"),
            organisation_id=organisation_id,
            base_url=base_url,
        )
        for each in comment_ids
    ]
    if any(isinstance(each, Sentence) for each in passed):
        return str(_("Not shown. We could not pass it on just now. Tell whoever looks after safety yourself."))
    if GoesTo.NOBODY_YET in passed:
        return str(_("Not shown. Nobody looks after safety here yet. Tell your manager today."))
    return str(_("Not shown. We passed it on to whoever looks after safety."))


def said_of_post(comment_id: UUID, organisation_id: UUID, *, shown: bool, decided: bool) -> str:
    """What to say to whoever decided on a post of a board, once what must go on went on. `decided` False: a colleague did."""
    if not decided:
        return str(_("Somebody decided that before you. Nothing was changed."))
    if shown:
        return str(_("Done. It is on the board."))
    if request.form.get("reason") == CommentReason.UNSAFE:
        return pass_on_words([comment_id], organisation_id)
    return str(_("Done. It is not on the board. Only its writer sees why."))
