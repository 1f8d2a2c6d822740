"""Privacy in the demo: somebody waits to be erased, and the register has its first answers."""

from uuid import UUID

from sqlalchemy.orm import Session

from timecredits.foundation.db import new_id
from timecredits.records.privacy.erasing import ask_to_erase
from timecredits.records.privacy.register import write_answer

__all__ = ["answer_for_privacy"]

_ANSWERS = {
    "controller": "Fens and Broads Time Credits, 1 Example Street, Ely. hello@fens-and-broads.example",
    "receivers": "Our funders get totals without names. Nobody else gets data.",
    "abroad": "No.",
    "need": "People who feel alone find something to do, and others to do it with.",
}


def answer_for_privacy(session: Session, programme_id: UUID, leaver_id: UUID, *, coordinator_id: UUID) -> None:
    """Let `leaver_id`, somebody whom no other page of the demo needs, wait to be erased; write what a manager would."""
    ask_to_erase(session, programme_id, leaver_id, erasure_id=new_id(), actor_id=coordinator_id, by_staff=True)
    for name, words in _ANSWERS.items():
        write_answer(session, programme_id, name, words, actor_id=coordinator_id)
