"""Answer with a file, to keep or to look at. Its name must tell nothing about anybody."""

import re
from typing import Final, Literal

from flask import Response

__all__ = ["csv_answer", "file_answer"]

_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*(?:\.[a-z0-9]+)+")


def csv_answer(text: str | bytes, filename: str) -> Response:
    """A CSV to keep."""
    return file_answer(text, "text/csv; charset=utf-8", filename)


def file_answer(
    content: bytes | str, content_type: str, filename: str, *, way: Literal["inline", "attachment"] = "attachment"
) -> Response:
    """A file as it is. A PDF made just now is signed first (`pdf_answers`).

    Raises ValueError for a name that isn't plainly one of ours: nothing that was typed stands in an answer's head.
    """
    if _NAME.fullmatch(filename) is None:
        raise ValueError("this is no name for a file")
    return Response(content, content_type=content_type, headers={"Content-Disposition": f'{way}; filename="{filename}"'})
