"""What a letter costs: the first of a process, each one after it, against WeasyPrint, and 300 of them in one job.

WeasyPrint prints the same letters in turn with us, round after round, in an environment of its own (weasyprint_side.py); the
ratio is the median of the rounds' own. `python -m bench.letters` is the job of 300 by itself: it prints seconds and memory.
"""

import json
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from bench.environments import ROOT, make_environment
from bench.figures import Figure
from timecredits.foundation.places import STATIC_DIST
from timecredits.journey.letters.letter_record import LetterRecord
from timecredits.journey.letters.letter_writing import print_letter, print_letters, qr_of_letter, write_letter_record

ROUNDS = 7
LETTERS_A_ROUND = 20
JOB = 300
TARGET_MS = 15.0
TIMES_WEASYPRINT = 5.0
JOB_SECONDS = 15.0
JOB_MB = 300.0


def one_letter(number: int) -> LetterRecord:
    organisation = "Fenland Growing Project"
    return write_letter_record(
        reference_number=f"TC-2026-{number:06}",
        issued_on=date(2026, 11, 21),
        as_of=date(2026, 11, 20),
        organisation={
            "name": organisation,
            "address_lines": ["The Old Pump House", "12 Quay Lane", "Wisbech"],
            "charity_number": "1234567",
            "email": "office@fenlandgrowing.example",
            "phone": "01632 960123",
        },
        holder={"name": f"Siân Łukasz {number}", "capacity": "volunteer", "known_since": "2023-05-04"},
        roles=[
            {"role": role, "organisation": organisation, "first_day": "2023-05-10", "last_day": "2026-11-14", "minutes": minutes}
            for role, minutes in (("Garden lead", 5760 + number), ("Kitchen helper", 1530), ("Front desk", 615))
        ],
        training=[{"title": "Food hygiene, level 2", "awarded_by": "Example Body", "completed_on": "2025-03-02"}],
        opinion={
            "text": "She notices people, plans a season of beds on one sheet, and says early when she cannot come. " * 5,
            "author_name": "Jo Reed",
            "author_role": "Volunteer coordinator",
        },
        signer={"name": "Jo Reed", "role": "Volunteer coordinator", "email": "office@fenlandgrowing.example", "phone": ""},
        check={"url": f"https://timecredits.example.org/v/Zk3vQm8sT1xYb7Rw{number:06}", "code": "7KQ2M9XD"},
    )


def run() -> list[Figure]:
    """Print letters that all differ; CPU time counts all threads."""
    begin = time.process_time()
    print_letter(one_letter(0))
    first = (time.process_time() - begin) * 1000
    with TemporaryDirectory(prefix="timecredits-bench-", ignore_cleanup_errors=True) as name:
        python = make_environment(Path(name) / "weasyprint")
        ours, theirs = _in_turn(python)
    how = f"{ROUNDS} rounds of {LETTERS_A_ROUND} letters, each different"
    times = median(their / our for our, their in zip(ours, theirs, strict=True))
    return [
        Figure("a letter, warm", median(ours), "ms CPU", how, at_most=TARGET_MS),
        Figure("the first letter", first, "ms CPU", "fonts and all"),
        Figure("WeasyPrint, a letter, warm", median(theirs), "ms CPU", "PDF/A-3a, nothing attached"),
        Figure("WeasyPrint / a letter", times, "x", "the same letters in turn", at_least=TIMES_WEASYPRINT),
        *_job_figures(),
    ]


def _in_turn(python: Path) -> tuple[list[float], list[float]]:
    """CPU milliseconds a letter of ours and of theirs, round by round; the first round warms up and isn't counted."""
    ours: list[float] = []
    theirs: list[float] = []
    side = [str(python), "-P", str(ROOT / "bench" / "weasyprint_side.py"), str(STATIC_DIST / "fonts-print")]
    with subprocess.Popen(side, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:  # noqa: S603  our own script
        assert other.stdin
        assert other.stdout
        for number in range(ROUNDS + 1):
            letters = [one_letter(number * LETTERS_A_ROUND + each) for each in range(LETTERS_A_ROUND)]
            begin = time.process_time()
            for letter in letters:
                print_letter(letter)
            ours.append((time.process_time() - begin) * 1000 / len(letters))
            other.stdin.write(json.dumps([[letter, qr_of_letter(letter)] for letter in letters]) + "\n")
            other.stdin.flush()
            theirs.append(float(other.stdout.readline()))
        other.stdin.close()
    return ours[1:], theirs[1:]


def _job_figures() -> Iterator[Figure]:
    command = [sys.executable, "-m", "bench.letters"]
    made = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)  # noqa: S603  this module
    said = json.loads(made.stdout)
    what = f"{JOB} single files and the {JOB} in one"
    yield Figure(f"{JOB} letters in one job", said["seconds"], "s", what, at_most=JOB_SECONDS)
    yield Figure(f"{JOB} letters in one job, memory", said["peak_mb"], "MB", "most of the process", at_most=JOB_MB)


def job() -> dict[str, float]:
    """Print 300 letters as files of their own, then as one file: seconds, and the most memory the process had in MB."""
    begin = time.perf_counter()
    letters = [one_letter(number) for number in range(JOB)]
    for letter in letters:
        print_letter(letter)
    print_letters(letters)
    seconds = time.perf_counter() - begin
    return {"seconds": seconds, "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}


if __name__ == "__main__":
    print(json.dumps(job()))
