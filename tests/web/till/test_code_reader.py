"""The till's own reader of codes says what the server's says, of good ones and of thousands with a slip in them."""

import json
import random
import subprocess
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from tests.real.programs import program
from timecredits.foundation.keys import Keyring
from timecredits.spending.codes import (
    PREFIX,
    CardParts,
    CodeFault,
    LiveCodeParts,
    NoteParts,
    decode,
    encode,
    encode_card,
    encode_note,
    note_public_keys,
)

KEYRING = Keyring.from_secret("a-secret-for-tests-0123456789abcdef")
READER = Path(__file__).with_name("code_reader.mjs")
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"


def read(texts: list[str]) -> list[Any]:
    """What the till's reader says of each."""
    node = program("node", package="Node")
    lines = "".join(json.dumps(text) + "\n" for text in texts)
    command = [node, "--no-warnings", str(READER), note_public_keys(KEYRING)[1].hex()]
    answer = subprocess.run(command, input=lines, capture_output=True, text=True, check=True)  # noqa: S603 - our own script
    return [json.loads(line) for line in answer.stdout.splitlines()]


def test_it_reads_what_the_server_makes() -> None:
    chance = random.Random(4)  # noqa: S311 - not for secrets
    parts: list[Any] = []
    for _ in range(100):
        number, serial = chance.randrange(2**16), chance.randrange(2**63)
        parts += [
            LiveCodeParts(number, chance.randrange(2**31), chance.randrange(2**31)),
            CardParts(number, serial),
            NoteParts(number, serial, 15 * chance.randrange(1, 256), date(2026, 1, 1) + timedelta(days=chance.randrange(9000))),
        ]
    makers: dict[type, Any] = {LiveCodeParts: encode, CardParts: encode_card, NoteParts: encode_note}
    for each, said in zip(parts, read([makers[type(each)](KEYRING, each) for each in parts]), strict=True):
        wanted: dict[str, Any] = {"kind": "live", "programme": each.programme_number, "key": 1}
        if isinstance(each, CardParts | NoteParts):
            wanted |= {"kind": "card", "serial": each.serial.to_bytes(8).hex()}
        if isinstance(each, NoteParts):
            wanted |= {"kind": "note", "minutes": each.minutes, "lastDay": each.expires_on.isoformat()}
            wanted |= {"genuine": True, "genuineByScript": True}
        assert said == wanted


def test_a_slip_is_judged_as_the_server_judges_it() -> None:
    chance = random.Random(5)  # noqa: S311 - not for secrets
    good = [
        encode(KEYRING, LiveCodeParts(7, 9, 11)),
        encode_card(KEYRING, CardParts(7, 123456789)),
        *(encode_note(KEYRING, NoteParts(7, serial, 60, date(2027, 1, 1))) for serial in range(8)),
    ]
    texts = [_slip(chance, chance.choice(good)) for _ in range(3000)]
    texts += ["", "TC1:", "tc1:" + good[1][4:], good[1] + "\n", " " + good[1], good[1] + "=", "ABCD2345", "TC1:" + "é" * 24]
    for text, said in zip(texts, read(texts), strict=True):
        server = decode(KEYRING, text)
        if server is CodeFault.SHAPE:
            assert said is None, text
        elif said["kind"] == "note":
            assert said["genuine"] == said["genuineByScript"] == isinstance(server, NoteParts), text


def _slip(chance: random.Random, text: str) -> str:
    letters = list(text.removeprefix(PREFIX))
    for _ in range(chance.randrange(1, 3)):
        letters[chance.randrange(len(letters))] = chance.choice(LETTERS + "018ab=")
    if chance.random() < 0.2:
        letters.insert(chance.randrange(len(letters)), chance.choice(LETTERS))
    return PREFIX + "".join(letters)
