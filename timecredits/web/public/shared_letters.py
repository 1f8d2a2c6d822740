"""The letters that somebody shares by a link: read, and taken as files, by anybody who has it. Without an account."""

from typing import Final
from uuid import UUID

from flask import current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue

from timecredits.foundation.errors import NotFoundError
from timecredits.foundation.keys import Keyring
from timecredits.journey.pack_models import Pack
from timecredits.journey.packs.pack_links import keep_pack_look, open_pack
from timecredits.journey.packs.pack_reading import look_at_pack, pack_record, read_pack, shared_letter_file
from timecredits.journey.packs.pack_writing import print_pack
from timecredits.network.permissions import READ_SHARED_LETTERS
from timecredits.web.access import actor, allow
from timecredits.web.database import db, keep
from timecredits.web.file_answers import file_answer
from timecredits.web.pdf_answers import pdf_answer
from timecredits.web.public.blueprint import blueprint
from timecredits.web.requirement_fields import requirement_said

_FILENAME: Final = "letters.pdf"


@blueprint.get("/s/<code>")
@allow(READ_SHARED_LETTERS, writes=True)
def shared_letters(code: str) -> ResponseReturnValue:
    """The letters behind a link, each as it stands today. Keeps that somebody looked."""
    session, pack = db.session(), _open(code)
    if pack is None:
        return _not_there()
    shared = read_pack(session, pack)
    is_owner = _is_owner(pack)
    if _counts(pack):
        look_at_pack(session, pack, shared)
    return render_template(
        "public/shared_letters.html",
        shared=shared,
        code=code,
        asked=requirement_said(shared.asked),
        is_owner=is_owner,
    )


@blueprint.get("/s/<code>/letters.pdf")
@allow(READ_SHARED_LETTERS, writes=True)
def shared_pack_pdf(code: str) -> ResponseReturnValue:
    """All letters that stand, as one file to print."""
    session, pack = db.session(), _open(code)
    if pack is None:
        return _not_there()
    base_url: str = current_app.config["BASE_URL"]
    try:
        record = pack_record(
            session,
            pack,
            link=base_url + url_for("public.shared_letters", code=code),
            place=(base_url + url_for("public.check_typed")).split("://", 1)[-1],
            asked=requirement_said(pack.asked),
        )
    except NotFoundError:
        return _not_there()
    if _counts(pack):
        keep_pack_look(session, pack, "file")
    keep()  # printing takes a while: nobody waits for this transaction meanwhile
    return pdf_answer(print_pack(record), _FILENAME)


@blueprint.get("/s/<code>/<uuid:reference_id>.pdf")
@allow(READ_SHARED_LETTERS, writes=True)
def shared_letter_pdf(code: str, reference_id: UUID) -> ResponseReturnValue:
    """One of the letters, byte for byte as it was issued."""
    session, pack = db.session(), _open(code)
    if pack is None:
        return _not_there()
    try:
        file = shared_letter_file(session, pack, reference_id)
    except NotFoundError:
        return _not_there()
    if _counts(pack):
        keep_pack_look(session, pack, "letter")
    return file_answer(file.content, "application/pdf", file.filename, way="inline")


def _open(code: str) -> Pack | None:
    keyring: Keyring = current_app.config["KEYRING"]
    return open_pack(db.session(), keyring, code)


def _is_owner(pack: Pack) -> bool:
    return actor().volunteer_id == pack.volunteer_id


def _counts(pack: Pack) -> bool:
    """Whether this is a look by somebody: not by the person themself, nor by a machine that asks whether the address lives."""
    return request.method == "GET" and not _is_owner(pack)


def _not_there() -> ResponseReturnValue:
    """The same for a link that ended, for one that never was, and for a letter that isn't behind it."""
    return render_template("public/shared_unknown.html"), 404
