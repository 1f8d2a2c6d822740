"""Every page of the room, gathered by importing the modules that hold them."""

from timecredits.web.sign_in import (
    card,
    choose,
    demo,
    email,
    invitations,
    keeping,
    keeping_steps,
    passkey,
    password,
    proving,
    second,
    set_up,
    slip,
)
from timecredits.web.sign_in.blueprint import blueprint

__all__ = [
    "blueprint",
    "card",
    "choose",
    "demo",
    "email",
    "invitations",
    "keeping",
    "keeping_steps",
    "passkey",
    "password",
    "proving",
    "second",
    "set_up",
    "slip",
]
