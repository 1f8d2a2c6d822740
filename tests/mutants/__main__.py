"""`python -m tests.mutants [word...]`: take each guard out of a copy of the tree, one at a time, and see its tests fail.

First the same tests run in the untouched copy and must pass: else a failure would prove nothing. A guard whose tests still pass
without it, or whose tests broke for another reason than a failed test, ends the run with 1. Words choose guards by their names.
"""

import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import Queue
from tempfile import TemporaryDirectory

from tests.mutants.copying import copy_tree, environment
from tests.mutants.list import MUTANTS, Mutant

AT_ONCE = 2
_PASSED, _FAILED = 0, 1  # pytest's own numbers; 2 to 5 say that nothing was tested


def run_tests(folder: Path, tests: Sequence[str]) -> subprocess.CompletedProcess[str]:
    """Run these tests in a copy, on SQLite alone: for what both databases do, one tells."""
    command = [sys.executable, "-m", "pytest", "-q", "-m", "not postgresql", "-p", "no:cacheprovider", "--tb=line", *tests]
    return subprocess.run(command, cwd=folder, env=environment(), capture_output=True, text=True, check=False)  # noqa: S603


def is_noticed(folder: Path, mutant: Mutant) -> str | None:
    """None if a test fails without the guard; else what happened instead. The copy is whole again afterwards."""
    file = folder / mutant.file
    whole = file.read_text()
    if whole.count(mutant.old) != 1:
        return f"its text stands {whole.count(mutant.old)} times in {mutant.file}, not once"
    file.write_text(whole.replace(mutant.old, mutant.new))
    try:
        result = run_tests(folder, ["-x", *mutant.tests])
    finally:
        file.write_text(whole)
    said = [line.partition(" ")[0] for line in result.stdout.splitlines()]
    if result.returncode == _PASSED:
        return "SURVIVED: no test failed"
    if result.returncode != _FAILED or "FAILED" not in said or "ERROR" in said:
        return f"broke for another reason: {result.stdout[-300:]}{result.stderr[-300:]}"
    return None


def main(words: Sequence[str]) -> int:
    """Run the list and say what came of each."""
    chosen = [each for each in MUTANTS if not words or any(word in each.guard for word in words)]
    if not chosen:
        print("no guard has such a name", file=sys.stderr)
        return 2
    with TemporaryDirectory(prefix="mutants-") as temporary, ThreadPoolExecutor(AT_ONCE) as pool:
        copies: Queue[Path] = Queue()
        for number in range(AT_ONCE):
            copies.put(copy_tree(Path(temporary) / str(number)))
        folder = copies.queue[0]
        untouched = run_tests(folder, sorted({test for each in chosen for test in each.tests}))
        if untouched.returncode != _PASSED:
            print(
                f"the tests fail with every guard in place:\n{untouched.stdout[-3000:]}{untouched.stderr[-1000:]}",
                file=sys.stderr,
            )
            return 1
        print("every guard in place: all tests pass", flush=True)

        def one(mutant: Mutant) -> str | None:
            copy = copies.get()
            try:
                return is_noticed(copy, mutant)
            finally:
                copies.put(copy)

        survivors = 0
        for mutant, fault in zip(chosen, pool.map(one, chosen), strict=True):
            survivors += fault is not None
            print(f"{mutant.guard}: {fault or 'noticed'}", flush=True)
    print(f"{len(chosen)} guards taken out, {len(chosen) - survivors} noticed, {survivors} not")
    return 1 if survivors else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
