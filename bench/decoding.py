"""How many distorted pictures of each kind of code the till's reader reads, and how long a frame takes it.

The reader is the one the page uses where the browser has none of its own (npm `qr`), in Node. A code read as another one would be
worse than one not read: there must be none. Targets: design/redemption.md and the issue.
"""

import json
import subprocess
from collections import defaultdict
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from bench.figures import Figure
from bench.pictures import HEIGHT, WIDTH, Picture, pictures
from tests.real.programs import program

LEAST_READ = 85.0
TARGET_MS = 50


def run() -> list[Figure]:
    """The share read of each kind and in all, wrong readings, and the time a frame takes."""
    shown = list(pictures())
    read = _read(shown)
    right: dict[str, list[bool]] = defaultdict(list)
    wrong = 0
    for picture, (text, _ms) in zip(shown, read, strict=True):
        for group in (f"{picture.kind} codes read", f"through {picture.mishap}", "all pictures read"):
            right[group].append(text == picture.says)
        wrong += text is not None and text != picture.says
    figures = [
        Figure(
            group,
            100 * sum(hits) / len(hits),
            "%",
            f"{sum(hits)} of {len(hits)} pictures",
            at_least=LEAST_READ if group.startswith("all") else None,
        )
        for group, hits in right.items()
    ]
    times = sorted(ms for _text, ms in read[len(read) // 10 :])  # the first ones warm the reader up
    return [
        *sorted(figures, key=lambda figure: figure.at_least is None),
        Figure("read as another code", wrong, "pictures", "", at_most=0),
        Figure("a frame, median", median(times), "ms", "640 by 480, in Node", at_most=TARGET_MS),
        Figure("a frame, p95", times[int(len(times) * 0.95)], "ms", "640 by 480, in Node", at_most=TARGET_MS),
    ]


def _read(shown: list[Picture]) -> list[tuple[str | None, float]]:
    with TemporaryDirectory(prefix="timecredits-bench-") as folder:
        names = []
        for number, picture in enumerate(shown):
            name = Path(folder) / f"{number}.grey"
            name.write_bytes(picture.image.tobytes())
            names.append(str(name))
        answer = subprocess.run(  # noqa: S603
            [program("node", package="Node"), str(Path(__file__).with_name("read_pictures.mjs")), str(WIDTH), str(HEIGHT)],
            input="\n".join(names),
            capture_output=True,
            text=True,
            check=True,
        )
    return [(said["text"], said["ms"]) for said in map(json.loads, answer.stdout.splitlines())]
