"""Every page of the room, gathered by importing the modules that hold them."""

from timecredits.web.sign_in import card, choose, demo, email, invitations, password
from timecredits.web.sign_in.blueprint import blueprint

__all__ = ["blueprint", "card", "choose", "demo", "email", "invitations", "password"]
