"""One repair to the PDF that Typst writes, so that it conforms whatever its bytes happen to be.

ISO 19005 wants a stream's /Length to equal the bytes up to the line end before `endstream`. Typst ends that line with LF
alone. When compressed data happens to end in CR, the two read as one CR LF, and the length seems wrong by one: about one
letter in two hundred. Writing CR LF after such a stream makes it plain. The cross-reference table is moved along.
"""

import re

__all__ = ["separate_streams_from_their_end"]

# A dictionary may hold one more: /Params of an attached file.
_STREAM = re.compile(rb"/Length (\d+)\b(?:[^<>]|<<[^<>]*>>)*>>\s*stream\r?\n")
_TABLE = re.compile(rb"xref\n0 (\d+)\n((?:\d{10} \d{5} [nf][ \r]\n)+)")
_START = re.compile(rb"startxref\n(\d+)\n%%EOF\s*\Z")


def separate_streams_from_their_end(pdf: bytes) -> bytes:
    """Return `pdf` with CR LF in front of each `endstream` whose data ends in CR; usually `pdf` itself.

    `pdf` has one classic cross-reference table, as Typst writes it; ValueError for anything else that would need the repair.
    """
    if b"\r\nendstream" not in pdf:
        return pdf
    places = [end for end in _ends_of_streams(pdf) if pdf[end - 1 : end + 10] == b"\r\nendstream"]
    start = _START.search(pdf)
    table = _TABLE.match(pdf, int(start[1])) if start else None
    if not start or not table:
        raise ValueError("no classic cross-reference table at the end of this PDF")

    def moved(offset: int) -> int:
        return offset + sum(place < offset for place in places)

    rows = [
        b"%010d%b" % (moved(int(row[:10])), row[10:]) if row[17:18] == b"n" else row for row in table[2].splitlines(keepends=True)
    ]
    body, trailer = pdf[: table.start(2)], pdf[table.end(2) : start.start(1)]
    for place in reversed(places):
        body = body[:place] + b"\r" + body[place:]
    return body + b"".join(rows) + trailer + b"%d" % moved(int(start[1])) + pdf[start.end(1) :]


def _ends_of_streams(pdf: bytes) -> list[int]:
    """Find where the data of each stream ends, by its own /Length; what looks like a stream inside data is passed over."""
    ends: list[int] = []
    found = _STREAM.search(pdf)
    while found:
        ends.append(found.end() + int(found[1]))
        found = _STREAM.search(pdf, ends[-1])
    return ends
