"""A pack: a cover for one application, then each letter from its frozen record."""

import io
import json
import subprocess
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import zxingcpp
from PIL import Image
from pypdf import PdfReader

from tests.journey.letters.sample_letters import a_letter, assert_conforms, pages_of
from tests.real.programs import program
from timecredits.foundation.errors import RuleError
from timecredits.journey.letters.letter_record import LetterRecord
from timecredits.journey.packs.pack_record import PackRecord, PackReferee
from timecredits.journey.packs.pack_writing import print_pack, write_pack_record

LINK = "https://timecredits.example.org/p/Pk3vQm8sT1xYb7RwN2cLpB"
PLACE = "timecredits.example.org/v"


def frozen(number: int, **changes: Any) -> LetterRecord:
    """A letter as it is kept: the secret address that opens it is gone."""
    letter = a_letter(number=f"TC-2026-00000{number}", **changes)
    letter["check"] = {"code": letter["check"]["code"]}  # type: ignore[typeddict-item]
    return letter


def a_referee(number: int, letter: LetterRecord | None) -> PackReferee:
    return {
        "name": f"Jo Reed {number}",
        "role": "Coordinator",
        "organisation": "Fenland Growing Project",
        "known_since": "2023-05-04",
        "reference_number": f"TC-2026-00000{number}",
        "code": "7KQ2M9XD123",
        "letter": letter,
    }


def a_pack(*letters: LetterRecord | None, language: str = "en", asked: list[str] | None = None) -> PackRecord:
    return write_pack_record(
        issued_on=date(2026, 11, 21),
        holder_name="Siân Łukasz-O’Brien",
        asked=["Two people who have known you for 3 years."] if asked is None else asked,
        referees=[a_referee(number, letter) for number, letter in enumerate(letters, start=1)],
        check={"url": LINK, "ends_on": "2026-12-31", "place": PLACE},
        language=language,
    )


@pytest.mark.parametrize("language", ["en", "cy"])
def test_the_cover_tells_who_wrote_what_and_how_to_check_it(language: str) -> None:
    record = a_pack(frozen(1), frozen(2), frozen(3), language=language)
    pdf = print_pack(record)

    assert_conforms(pdf)
    cover, *letters = pages_of(pdf)
    words = " ".join(cover.split())
    end = {"en": "31 December 2026", "cy": "31 Rhagfyr 2026"}[language]
    wanted = ["Siân Łukasz-O’Brien", "Two people who have known you for 3 years.", PLACE, end, "7KQ-2M9X-D123"]
    wanted += [f"Jo Reed {number}" for number in (1, 2, 3)] + [f"TC-2026-00000{number}" for number in (1, 2, 3)]
    for said in wanted:
        assert said in words, said
    assert [f"TC-2026-00000{place}" in text for place, text in enumerate(letters, start=1)] == [True] * 3
    assert json.loads(PdfReader(io.BytesIO(pdf)).attachments["pack.json"][0]) == record


def test_a_letter_set_again_says_to_type_the_code_and_the_cover_opens_the_pack(tmp_path: Path) -> None:
    pdf = print_pack(a_pack(frozen(1)))

    letter = " ".join(pages_of(pdf)[1].split())
    assert "Scan the code" not in letter
    assert f"Go to {PLACE} and type the check code" in letter
    (tmp_path / "pack.pdf").write_bytes(pdf)
    pdftoppm = program("pdftoppm", package="Poppler")
    subprocess.run([pdftoppm, "-r", "150", "-png", "pack.pdf", "sheet"], cwd=tmp_path, check=True)  # noqa: S603
    read = []
    for sheet in sorted(tmp_path.glob("sheet*.png")):
        with Image.open(sheet) as picture:
            read.append([code.text for code in zxingcpp.read_barcodes(picture.convert("L"))])
    assert read == [[LINK], []]


def test_a_letter_frozen_before_there_was_a_line_on_confidence_is_printed() -> None:
    letter = frozen(1)
    del letter["confidential"]
    assert "confidential" not in letter["display"]
    assert len(pages_of(print_pack(a_pack(letter)))) == 2


def test_a_letter_given_in_confidence_is_named_but_never_held() -> None:
    pdf = print_pack(a_pack(frozen(1), None, asked=[]))
    cover, *letters = pages_of(pdf)
    assert "Given in confidence, so it is not in this pack" in " ".join(cover.split())
    assert "What was asked for" not in cover
    assert len(letters) == 1
    with pytest.raises(RuleError, match="given in confidence") as refusal:
        a_pack(frozen(1), frozen(2, confidential=True))
    assert refusal.value.field == "referees.1.letter"


@pytest.mark.parametrize("many", [0, 4])
def test_a_pack_holds_one_to_three_letters(many: int) -> None:
    with pytest.raises(RuleError, match="Nothing was made"):
        a_pack(*(frozen(1) for _ in range(many)))


def test_the_same_pack_gives_the_same_bytes() -> None:
    assert print_pack(a_pack(frozen(1))) == print_pack(a_pack(frozen(1)))
