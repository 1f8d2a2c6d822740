"""QR codes as plain data and as inline SVG that a strict content security policy lets through.

The smallest version that holds the data is chosen. Level M is for screens, Q for print (design/redemption.md, Codes). The
quiet zone of four modules belongs to the picture: a scanner needs it, also on a dark page. The light plate is drawn too, so
that dark mode can't turn the code inside out.

Of the eight masks the one is taken that the standard's penalty rules prefer. The library paints the symbol anew for each of
them; here all modules stand in one whole number, a mask is one exclusive or and a rule a few shifts. The symbol is the same in
a fifth of the time.
"""

import re
from collections.abc import Sequence
from functools import cache
from html import escape
from typing import Final, Literal

from qrcode.constants import ERROR_CORRECT_H, ERROR_CORRECT_L, ERROR_CORRECT_M, ERROR_CORRECT_Q
from qrcode.exceptions import DataOverflowError
from qrcode.image.base import BaseImage
from qrcode.main import QRCode
from qrcode.util import QRData, mask_func

__all__ = ["QUIET_ZONE", "Level", "QRTooLongError", "qr_modules", "qr_svg"]

Level = Literal["L", "M", "Q", "H"]

QUIET_ZONE = 4
"""Light modules on every side, as ISO/IEC 18004 asks."""

# qrcode.util.MODE_ALPHA_NUM and MODE_8BIT_BYTE, which its type stub calls just any int.
_ALPHANUMERIC_MODE: Final = 2
_BYTE_MODE: Final = 4
_MASKS: Final = range(8)
_RUN: Final = re.compile(rb"\x01+")
_DIGITS: Final = bytes.maketrans(b"\x00\x01", b"01")
_LEVELS: dict[Level, int] = {"L": ERROR_CORRECT_L, "M": ERROR_CORRECT_M, "Q": ERROR_CORRECT_Q, "H": ERROR_CORRECT_H}


class QRTooLongError(ValueError):
    """More data than the largest QR code of this level holds."""


def qr_modules(data: bytes | str, *, level: Level = "M", alphanumeric: bool = False) -> list[list[bool]]:
    """Rows of modules, dark is True, without the quiet zone.

    `alphanumeric` packs two characters into 11 bits and allows only 0-9 A-Z space $%*+-./: (ValueError for anything else).
    Text that isn't alphanumeric is stored as UTF-8 bytes. Raises QRTooLongError when no version is large enough.
    """
    content = data.encode() if isinstance(data, str) else data
    symbol = _Symbol(error_correction=_LEVELS[level], border=0)
    packed = QRData(content, mode=_ALPHANUMERIC_MODE) if alphanumeric else QRData(content, mode=_BYTE_MODE)
    symbol.add_data(packed, optimize=0)
    try:
        symbol.best_fit()
    except (DataOverflowError, ValueError) as error:
        # qrcode looks for a version 41 before it notices that there is none.
        raise QRTooLongError(f"{len(content)} bytes do not fit into a QR code of level {level}") from error
    return symbol.best_rows()


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
        for run in _RUN.finditer(bytes(row)):
            start, width = run.start(), run.end() - run.start()
            parts.append(f"M{start + QUIET_ZONE} {y}h{width}v1h-{width}z")
    return "".join(parts)


class _Symbol(QRCode[BaseImage]):
    """The library's symbol, painted once. `data_area` has a bit for each module that belongs to the data."""

    data_area = 0

    def map_data(self, data: Sequence[int], mask_pattern: int) -> None:
        """Note which modules are still free, then let the library write the data there."""
        self.data_area = _as_number([[module is None for module in row] for row in self.modules])
        super().map_data(data, mask_pattern)

    def best_rows(self) -> list[list[bool]]:
        """Paint the symbol with the mask that loses the fewest points, the first of equals. Its version must be set."""
        self.makeImpl(test=True, mask_pattern=0)
        side = self.modules_count
        masked = _as_number(self.modules)
        # The library counts without the format bits, which differ from mask to mask; so the choice is the same.
        candidates = [masked ^ ((_mask(side, 0) ^ _mask(side, number)) & self.data_area) for number in _MASKS]
        best = min(_MASKS, key=lambda number: _points_lost(candidates[number], side))
        frame = _frame(self.version, self.error_correction, best)
        return _as_rows((candidates[best] & self.data_area) | frame, side)


@cache
def _frame(version: int, error_correction: int, mask: int) -> int:
    """All that isn't data: the marks in the corners, and the format bits, which name the level and the mask."""
    symbol = _Symbol(version=version, error_correction=error_correction, border=0)
    symbol.makeImpl(test=False, mask_pattern=mask)
    return _as_number(symbol.modules) & ~symbol.data_area


@cache
def _mask(side: int, number: int) -> int:
    turned_over = mask_func(number)
    return _as_number([[turned_over(row, column) for column in range(side)] for row in range(side)])


@cache
def _places(side: int, wide: int) -> int:
    """A bit for each module from which a run of so many modules still fits into its row."""
    return _as_number([[column >= wide - 1 for column in range(side)]] * side)


def _points_lost(symbol: int, side: int) -> int:
    """The penalty of ISO/IEC 18004, 7.8.3.1: runs, blocks, patterns like the marks in the corners, too dark or too light."""
    across = ~(symbol ^ (symbol >> 1)) & _places(side, 2)
    down = ~(symbol ^ (symbol >> side)) & ((1 << side * (side - 1)) - 1)
    blocks = across & (across >> side) & down
    marks = _marks(symbol, 1) & _places(side, 11), _marks(symbol, side) & ((1 << side * max(side - 10, 0)) - 1)
    return (
        _runs_of_five(across, 1)
        + _runs_of_five(down, side)
        + 3 * blocks.bit_count()
        + 40 * (marks[0].bit_count() + marks[1].bit_count())
        + 10 * int(abs(symbol.bit_count() / side**2 * 100 - 50) / 5)
    )


def _runs_of_five(alike: int, step: int) -> int:
    """Points for each run of five or more: its length less 2. `alike` has a bit where a module equals the next one."""
    inside = alike & (alike >> step)
    inside &= inside >> 2 * step
    return inside.bit_count() + 2 * (inside & ~(inside << step)).bit_count()


def _marks(symbol: int, step: int) -> int:
    """Where 1011101 begins with four light modules before or after it."""
    light = ~symbol
    bit = [symbol >> step * place for place in range(11)]
    off = [light >> step * place for place in range(11)]
    before = off[0] & off[1] & off[2] & off[3] & bit[4] & off[5] & bit[6] & bit[7] & bit[8] & off[9] & bit[10]
    after = bit[0] & off[1] & bit[2] & bit[3] & bit[4] & off[5] & bit[6] & off[7] & off[8] & off[9] & off[10]
    return before | after


def _as_number(rows: Sequence[Sequence[bool | None]]) -> int:
    """All modules as one number, the first row highest, a dark one 1."""
    return int(b"".join(bytes(row) for row in rows).translate(_DIGITS), 2)  # type: ignore[arg-type]  # painted: no None left


def _as_rows(symbol: int, side: int) -> list[list[bool]]:
    digits = f"{symbol:0{side * side}b}"
    return [[digit == "1" for digit in digits[start : start + side]] for start in range(0, side * side, side)]
