"""Our quick choice of the mask gives the very symbol that the library paints when it is left to choose."""

import qrcode
from hypothesis import given, settings
from hypothesis import strategies as st
from qrcode.constants import ERROR_CORRECT_H, ERROR_CORRECT_L, ERROR_CORRECT_M, ERROR_CORRECT_Q
from qrcode.util import QRData

from timecredits.foundation.qr import Level, qr_modules

LEVELS: dict[Level, int] = {"L": ERROR_CORRECT_L, "M": ERROR_CORRECT_M, "Q": ERROR_CORRECT_Q, "H": ERROR_CORRECT_H}


def by_the_library(data: bytes, level: Level) -> list[list[bool]]:
    code = qrcode.QRCode(version=None, error_correction=LEVELS[level], border=0)
    code.add_data(QRData(data, mode=4), optimize=0)
    code.make(fit=True)
    return [[bool(module) for module in row] for row in code.modules]


@given(st.binary(min_size=1, max_size=120), st.sampled_from(list(LEVELS)))
@settings(max_examples=60, deadline=None)
def test_the_symbol_is_the_librarys_own(data: bytes, level: Level) -> None:
    assert qr_modules(data, level=level) == by_the_library(data, level)


def test_also_where_the_version_is_written_into_the_symbol() -> None:
    data = bytes(range(256)) * 3
    assert qr_modules(data, level="Q") == by_the_library(data, "Q")
