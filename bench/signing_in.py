"""What a password costs: one look at a hash, as every sign-in takes it."""

import time
from statistics import median

from bench.figures import Figure
from timecredits.foundation.slow_hashes import hasher

LOOKS = 30


def run() -> list[Figure]:
    """Measure one after another: the gate lets two in at once, and a third waits."""
    stored = hasher.hash("quiet river seven lamps")
    took = []
    for _ in range(LOOKS):
        begin = time.process_time()
        hasher.verify(stored, "quiet river seven lamps")
        took.append(time.process_time() - begin)
    how = f"{LOOKS} looks, Argon2id of 19 MiB and two passes"
    return [Figure("a look at a password, the middle one", median(took) * 1000, "ms", how, at_most=40)]
