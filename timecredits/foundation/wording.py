"""Sentences a person will read, kept as template and values until somebody knows the reader's language.

Domain code says `Sentence("You have %(credits)s credits.", credits=3)`. `str()` gives the English; the web hands `.template` to
gettext and fills in `.values`. So a rule can speak without knowing Flask, and a refusal can be stored, compared and tested.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NoReturn, Self

__all__ = ["Sentence", "counted"]


class Sentence:
    """One sentence: an English `template` with named `%(name)s` places, and the `values` that fill them.

    Immutable; equal and hashable by what it says (values must be hashable). A value may be a Sentence itself.
    As in gettext, a template without values is taken as it stands, so "100%" needs no doubling there.
    `plural` is None, or the template for other counts than one, chosen by the value called `num`: see `counted`.
    """

    __slots__ = ("plural", "template", "values")
    template: str
    plural: str | None
    values: Mapping[str, Any]

    def __init__(self, template: str, /, **values: object) -> None:
        object.__setattr__(self, "template", template)
        object.__setattr__(self, "plural", None)
        object.__setattr__(self, "values", MappingProxyType(values))

    @classmethod
    def _with_plural(cls, one: str, many: str, values: dict[str, object]) -> Self:
        sentence = cls(one, **values)
        object.__setattr__(sentence, "plural", many)
        return sentence

    def __str__(self) -> str:
        template = self.template if self.plural is None or self.values["num"] == 1 else self.plural
        return template % self.values if self.values else template

    def __repr__(self) -> str:
        return f"Sentence({str(self)!r})"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Sentence):
            return NotImplemented
        return (self.template, self.plural, self.values) == (other.template, other.plural, other.values)

    def __hash__(self) -> int:
        return hash((self.template, self.plural, frozenset(self.values.items())))

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"a Sentence never changes: {name}")

    def __delattr__(self, name: str) -> NoReturn:
        raise AttributeError(f"a Sentence never changes: {name}")

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuilt, (self.template, self.plural, dict(self.values))


def counted(one: str, many: str, num: int, /, **values: object) -> Sentence:
    """Make a sentence that depends on a count: `counted("%(num)s row.", "%(num)s rows.", 3)`.

    The web translates it with `ngettext(.template, .plural, .values["num"])`, because languages have up to six such forms.
    """
    return Sentence._with_plural(one, many, {**values, "num": num})  # noqa: SLF001 - the other half of the same class


def _rebuilt(template: str, plural: str | None, values: dict[str, object]) -> Sentence:
    """Unpickle a sentence (jobs and caches copy them)."""
    if plural is None:
        return Sentence(template, **values)
    return Sentence._with_plural(template, plural, values)  # noqa: SLF001 - the other half of the same class
