"""What stands on top of letters: others read it over a shoulder, so a person reads every one that is added here."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.real.nursery import ROOT

SUBJECTS = {
    "%(programme)s: %(subject)s",  # "a change to your session"
    "%(programme)s: a note about your hours",
    "%(programme)s: a note about your list",
    "%(programme)s: a note for you",
    "%(programme)s: a note to yourself",
    "%(programme)s: a question for you",
    "%(programme)s: a reminder",
    "%(programme)s: something is waiting for you",
    "%(programme)s: something to look at",
    "%(programme)s: you have a place",
    "A new request waits for you",
    "About your record",
    "Heads of the books",
    "News for another computer stopped",
    "Something to look at",
    "Something waits for you",
    "We got your message",
    "You have received credits",
    "Your sign-in code",
    "Your sign-in was changed",
    "a change to your session",
}
"""No name of a person, a group, a place or an organisation; the programme's own name is that of its website."""


def said(node: ast.expr, module: ast.Module) -> Iterator[str]:
    """The words that an expression can be, as far as they stand in its module."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.Call):
        for each in node.args[:1]:
            yield from said(each, module)
        if not node.args or (isinstance(node.func, ast.Name) and node.func.id not in {"str", "Sentence", "_"}):
            yield from in_function(node.func, module)
    elif isinstance(node, ast.Name):
        for value in given(node.id, module):
            yield from said(value, module)


def given(name: str, module: ast.Module) -> Iterator[ast.expr]:
    """What a name of the module is given."""
    for each in module.body:
        targets = each.targets if isinstance(each, ast.Assign) else [each.target] if isinstance(each, ast.AnnAssign) else []
        if isinstance(each, ast.Assign | ast.AnnAssign) and each.value is not None and name in map(ast.unparse, targets):
            yield each.value


def in_function(name: ast.expr, module: ast.Module) -> Iterator[str]:
    """What a function of the module gives back."""
    for each in ast.walk(module):
        if isinstance(each, ast.FunctionDef) and isinstance(name, ast.Name) and each.name == name.id:
            for inner in ast.walk(each):
                if isinstance(inner, ast.Return) and inner.value is not None:
                    yield from said(inner.value, module)


def subjects(text: str) -> Iterator[tuple[str, list[str]]]:
    """For each letter that a module queues: how its subject is written, and the words that this can be."""
    module = ast.parse(text)
    for call in ast.walk(module):
        if isinstance(call, ast.Call) and ast.unparse(call.func) in {"mail.queue", "queue"}:
            for keyword in call.keywords:
                if keyword.arg == "subject":
                    yield ast.unparse(keyword.value), list(said(keyword.value, module))


def modules() -> Iterator[Path]:
    yield from sorted((ROOT / "timecredits").rglob("*.py"))


def test_every_subject_is_one_that_was_read() -> None:
    found = {words for path in modules() for _how, some in subjects(path.read_text()) for words in some}
    assert found - SUBJECTS == set(), "Read it: does it tell of a person, a group, a place or an organisation? Then it can't be."
    assert SUBJECTS - found - {"%(programme)s: %(subject)s", "a change to your session"} == set(), "said no more"


def test_no_subject_holds_more_than_the_programme() -> None:
    assert {name for words in SUBJECTS for name in re.findall(r"%\((\w+)\)s", words)} == {"programme", "subject"}


def test_every_letter_has_a_subject_that_can_be_read_here() -> None:
    unread = {(path.name, how) for path in modules() for how, some in subjects(path.read_text()) if not some}
    # Handed on by these from `neutral_subject`, which stands in the list.
    assert unread == {("session_messages.py", "subject")}


def test_one_with_a_name_in_it_is_found() -> None:
    text = 'def tell(who):\n    mail.queue(session, recipient="", subject=str(Sentence("News of %(name)s", name=who)), body="")\n'
    assert list(subjects(text)) == [("str(Sentence('News of %(name)s', name=who))", ["News of %(name)s"])]
