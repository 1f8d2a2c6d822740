"""How much CPU a letter costs: the first of a process, and each one after it. The target is 15 ms warm (design notes)."""

import json
import resource
import time
from datetime import date

from timecredits.journey.letter_record import LetterRecord
from timecredits.journey.letter_writing import print_letter, write_letter_record

LETTERS = 60
TARGET_MS = 15.0


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


def run() -> dict[str, float | int | bool]:
    """Print letters that all differ; CPU time of all threads in ms, memory at the end in MB."""
    start = time.process_time()
    print_letter(one_letter(0))
    first = time.process_time()
    size = 0
    for number in range(1, LETTERS + 1):
        size += len(print_letter(one_letter(number)))
    warm = (time.process_time() - first) * 1000 / LETTERS
    return {
        "letters": LETTERS,
        "first_ms_cpu": round((first - start) * 1000, 1),
        "warm_ms_cpu": round(warm, 2),
        "target_ms_cpu": TARGET_MS,
        "within_target": warm <= TARGET_MS,
        "bytes_a_letter": size // LETTERS,
        "peak_memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


if __name__ == "__main__":
    print(json.dumps(run(), indent=2))
