"""Answer with a file, to keep or to look at. Its name must tell nothing about anybody."""

from typing import Literal

from flask import Response

__all__ = ["csv_answer", "file_answer"]


def csv_answer(text: str | bytes, filename: str) -> Response:
    """A CSV to keep."""
    return file_answer(text, "text/csv; charset=utf-8", filename)


def file_answer(
    content: bytes | str, content_type: str, filename: str, *, way: Literal["inline", "attachment"] = "attachment"
) -> Response:
    """A file as it is. A PDF made just now is signed first (`pdf_answers`)."""
    return Response(content, content_type=content_type, headers={"Content-Disposition": f'{way}; filename="{filename}"'})
