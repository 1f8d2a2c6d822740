"""How the pages say where a comment stands, why it was turned down, and what a moderator should look for."""

from typing import Final

from flask_babel import lazy_gettext as _

from timecredits.community.comments.warnings import Warn
from timecredits.community.story_models import CommentReason

__all__ = ["REASONS", "REASON_OF", "WARNINGS"]

REASONS: Final = {
    CommentReason.CONTACT: _("It tells how to reach somebody"),
    CommentReason.NAMES: _("It names somebody else"),
    CommentReason.HURTFUL: _("It could hurt somebody"),
    CommentReason.ADVERT: _("It sells something"),
    CommentReason.OFF_TOPIC: _("It is about something else"),
    CommentReason.UNSAFE: _("Somebody may not be safe"),
    CommentReason.OTHER: _("Another reason"),
}
"""Read by moderators, and by whoever wrote it."""

WARNINGS: Final = {
    Warn.UNSAFE: _("Is somebody safe?"),
    Warn.REPORTED: _("Reported"),
    Warn.PHONE: _("Phone number"),
    Warn.EMAIL: _("Email address"),
    Warn.WEB: _("Web address"),
    Warn.NAMES: _("Names somebody?"),
    Warn.SHOUTING: _("All capitals"),
}

REASON_OF: Final = {
    Warn.UNSAFE: CommentReason.UNSAFE,
    Warn.PHONE: CommentReason.CONTACT,
    Warn.EMAIL: CommentReason.CONTACT,
    Warn.WEB: CommentReason.CONTACT,
    Warn.NAMES: CommentReason.NAMES,
}
"""The reason that a warning makes likely: it is chosen beforehand, and can be changed."""
