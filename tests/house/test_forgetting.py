"""Forms in which people write about themselves or others are forgotten by the browser: Back fills nothing in again."""

from pathlib import Path

import pytest

PRIVATE = ("public/ask_", "public/refer_", "public/comment_", "public/concern", "concerns/", "coordinator/referral_")
PRIVATE += (
    "group_board",
    "/mentoring_",
    "first_step",
    "comment_look_again",
    "event_book.",
    "components/pairs",
    "concerns_in_need",
)
_ROOT = Path("templates")


def _private_forms() -> list[tuple[str, str]]:
    found = []
    for path in sorted(_ROOT.rglob("*.html")):
        name = path.relative_to(_ROOT).as_posix()
        if any(part in f"/{name}" for part in PRIVATE):
            found += [(name, line.strip()) for line in path.read_text().splitlines() if "call form_block(form" in line]
    return found


def test_there_are_such_forms() -> None:
    assert len(_private_forms()) >= 20


@pytest.mark.parametrize(("name", "form"), _private_forms())
def test_a_private_form_is_forgotten(name: str, form: str) -> None:
    assert "forgets=true" in form, name
