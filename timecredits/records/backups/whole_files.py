"""A file that is there whole or not at all, that only its owner may read, and that takes no other's place."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from timecredits.records.backups.last_line import UnusableError

__all__ = ["appears_whole"]


@contextmanager
def appears_whole(file: Path) -> Iterator[Path]:
    """Give the path of an empty file beside `file` to write to; at the end it is on the disk under the name of `file`.

    If anything is raised, nothing stays. Raises UnusableError where `file` is there, or its folder isn't, or the disk is full.
    """
    _refuse_one_that_is_there(file)
    try:
        handle, name = tempfile.mkstemp(dir=file.parent, prefix=".timecredits-")
        os.close(handle)
    except OSError as fault:
        raise _unwritable(file, fault) from fault
    aside = Path(name)
    try:
        yield aside
        _sync(aside)
        _refuse_one_that_is_there(file)
        aside.rename(file)
        _sync(file.parent)
    except OSError as fault:
        raise _unwritable(file, fault) from fault
    finally:
        for each in (aside, *(Path(f"{name}{suffix}") for suffix in ("-wal", "-shm", "-journal"))):
            with suppress(FileNotFoundError):
                each.unlink()


def _refuse_one_that_is_there(file: Path) -> None:
    if os.path.lexists(file):
        raise UnusableError(f"{file} is there already. Choose another name. Nothing was written.")


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _unwritable(file: Path, fault: OSError) -> UnusableError:
    return UnusableError(f"{file} can't be written: {fault.strerror or fault}. Nothing of it stayed.")
