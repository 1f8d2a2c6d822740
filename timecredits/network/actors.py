"""Who is asking: plain values that the web hands to the verbs, so that no verb asks a global who is signed in."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from timecredits.network.permissions import ActorKind, Permission


@dataclass(frozen=True)
class Actor:
    """A person in one capacity, or a device. `display_name` is for the page's header only."""

    kind: ActorKind
    display_name: str = ""
    user_id: UUID | None = None
    programme_id: UUID | None = None
    organisation_id: UUID | None = None
    organisation_name: str = ""
    venue_id: UUID | None = None
    volunteer_id: UUID | None = None
    role_id: UUID | None = None
    title: str = ""
    is_on_hold: bool = False
    """Whether the organisation acted for is on hold."""
    till_id: UUID | None = None
    kiosk_id: UUID | None = None
    sign_in_id: UUID | None = None
    seen_at: datetime | None = None
    """Roughly when this signed-in browser last asked for a page."""
    token_id: UUID | None = None
    scopes: frozenset[str] = frozenset()
    """What a partner's key is good for (api_tokens.SCOPES)."""

    def may(self, permission: Permission) -> bool:
        """Whether this kind of actor has the permission."""
        return self.kind in permission.allowed

    @property
    def programme(self) -> UUID:
        """The programme acted in. Raises LookupError for a visitor."""
        return _known(self.programme_id)

    @property
    def organisation(self) -> UUID:
        """The organisation acted for. Raises LookupError for anybody who isn't its staff or kiosk."""
        return _known(self.organisation_id)

    @property
    def volunteer(self) -> UUID:
        """The volunteer record of the person. Raises LookupError for anybody who isn't a volunteer."""
        return _known(self.volunteer_id)

    @property
    def venue(self) -> UUID:
        """The venue acted for. Raises LookupError for anybody who isn't its manager or till."""
        return _known(self.venue_id)

    @property
    def kiosk(self) -> UUID:
        """The kiosk asking. Raises LookupError for anybody who isn't one."""
        return _known(self.kiosk_id)

    @property
    def user(self) -> UUID:
        """The signed-in user. Raises LookupError for visitors and tills."""
        return _known(self.user_id)


VISITOR = Actor(ActorKind.VISITOR)


def _known(value: UUID | None) -> UUID:
    if value is None:
        raise LookupError("this actor has no such place")
    return value
