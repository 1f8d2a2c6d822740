"""Parts that are wanted by a setting and installed apart."""

import importlib.util

__all__ = ["MissingPackageError", "need"]


class MissingPackageError(Exception):
    """A setting asks for a package that isn't installed. The message says which, and how to install it."""


def need(setting: str, module: str, extra: str) -> None:
    """Raise MissingPackageError unless the module that a setting asks for can be loaded."""
    try:
        found = importlib.util.find_spec(module)
    except ModuleNotFoundError:  # not even the package that it would be a part of
        found = None
    if found is None:
        raise MissingPackageError(
            f"{setting} is set, but what it needs is not installed. Install it: pip install timecredits[{extra}]"
        )
