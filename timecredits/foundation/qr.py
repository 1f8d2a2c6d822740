"""QR codes as plain data and as inline SVG that a strict content security policy lets through.

The smallest version that holds the data is chosen. Level M is for screens, Q for print (design/redemption.md, Codes). The
quiet zone of four modules belongs to the picture: a scanner needs it, also on a dark page. The light plate is drawn too, so
that dark mode can't turn the code inside out.
"""

from html import escape
from typing import Final, Literal

import qrcode
from qrcode.constants import ERROR_CORRECT_H, ERROR_CORRECT_L, ERROR_CORRECT_M, ERROR_CORRECT_Q
from qrcode.exceptions import DataOverflowError
from qrcode.util import QRData

__all__ = ["QUIET_ZONE", "Level", "QRTooLongError", "qr_modules", "qr_svg"]

Level = Literal["L", "M", "Q", "H"]

QUIET_ZONE = 4
"""Light modules on every side, as ISO/IEC 18004 asks."""

# qrcode.util.MODE_ALPHA_NUM and MODE_8BIT_BYTE, which its type stub calls just any int.
_ALPHANUMERIC_MODE: Final = 2
_BYTE_MODE: Final = 4
_LEVELS: dict[Level, int] = {"L": ERROR_CORRECT_L, "M": ERROR_CORRECT_M, "Q": ERROR_CORRECT_Q, "H": ERROR_CORRECT_H}


class QRTooLongError(ValueError):
    """More data than the largest QR code of this level holds."""


def qr_modules(data: bytes | str, *, level: Level = "M", alphanumeric: bool = False) -> list[list[bool]]:
    """Rows of modules, dark is True, without the quiet zone.

    `alphanumeric` packs two characters into 11 bits and allows only 0-9 A-Z space $%*+-./: (ValueError for anything else).
    Text that isn't alphanumeric is stored as UTF-8 bytes. Raises QRTooLongError when no version is large enough.
    """
    content = data.encode() if isinstance(data, str) else data
    code = qrcode.QRCode(version=None, error_correction=_LEVELS[level], border=0)
    packed = QRData(content, mode=_ALPHANUMERIC_MODE) if alphanumeric else QRData(content, mode=_BYTE_MODE)
    code.add_data(packed, optimize=0)
    try:
        code.make(fit=True)
    except (DataOverflowError, ValueError) as error:
        # qrcode looks for a version 41 before it notices that there is none.
        raise QRTooLongError(f"{len(content)} bytes do not fit into a QR code of level {level}") from error
    return [[bool(module) for module in row] for row in code.modules]


def qr_svg(data: bytes | str, *, title: str, level: Level = "M", alphanumeric: bool = False) -> str:
    """Inline SVG, 1 unit a module, quiet zone included; `title` is what a screen reader says.

    No style attribute, no class, no id, no script: it may stand several times on a page. Its size comes from the page's CSS.
    """
    rows = qr_modules(data, level=level, alphanumeric=alphanumeric)
    side = len(rows) + 2 * QUIET_ZONE
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" role="img" shape-rendering="crispEdges">'
        f"<title>{escape(title)}</title>"
        f'<rect width="{side}" height="{side}" fill="#fff"/><path fill="#000" d="{_runs_as_path(rows)}"/></svg>'
    )


def _runs_as_path(rows: list[list[bool]]) -> str:
    """One rectangle for each run of dark modules in a row: a third of the size of one for each module."""
    parts: list[str] = []
    for y, row in enumerate(rows, start=QUIET_ZONE):
        start: int | None = None
        for x, dark in enumerate([*row, False]):
            if dark and start is None:
                start = x
            elif not dark and start is not None:
                width = x - start
                parts.append(f"M{start + QUIET_ZONE} {y}h{width}v1h-{width}z")
                start = None
    return "".join(parts)
