"""axe-core over a page as it is served, strict Content-Security-Policy and all.

The program is handed to the page through the browser's debugging protocol. That runs beside the page's policy, as an extension
would, so neither the policy nor the page has to be weakened for the check, and what is checked is what people get.
"""

import json
from functools import cache
from pathlib import Path
from typing import Any

from playwright.sync_api import CDPSession, Page

AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
SETTLED = """Promise.allSettled(
  document.getAnimations().filter((each) => Number.isFinite(each.effect.getComputedTiming().endTime)).map((each) => each.finished)
).then(() => true)"""
"""A colour half-way between two is nobody's choice: a button fades when the page goes dark. What moves for ever isn't awaited."""


def violations(page: Page, *, tags: tuple[str, ...] = TAGS, without: tuple[str, ...] = ()) -> list[str]:
    """Return one readable line for each element that breaks a rule: rule, what it asks, which element, what is wrong.

    `without` names rules to leave out; say why where you do. FileNotFoundError when the front end's packages aren't installed.
    Meanwhile the window is as tall as the page: what lies under a fixed bar until somebody scrolls isn't covered for good.
    """
    page.wait_for_load_state("load")
    session, size = page.context.new_cdp_session(page), page.viewport_size
    if size is not None:
        height = page.evaluate("document.documentElement.scrollHeight")
        page.set_viewport_size({"width": size["width"], "height": max(size["height"], height)})
    try:
        if not _evaluate(session, "'axe' in window"):  # it stays in the page, which is looked at in several widths
            _evaluate(session, _program())
        options = {"runOnly": {"type": "tag", "values": tags}, "rules": {rule: {"enabled": False} for rule in without}}
        _evaluate(session, SETTLED)
        found = _evaluate(
            session, f"axe.run(document, {json.dumps(options)}).then((result) => JSON.stringify(result.violations))"
        )
    finally:
        session.detach()
        if size is not None:
            page.set_viewport_size(size)
    return [
        f"{rule['id']}: {rule['help']}. {' '.join(map(str, node['target']))}: {' '.join(node['failureSummary'].split())}"
        for rule in json.loads(found)
        for node in rule["nodes"]
    ]


@cache
def _program() -> str:
    return AXE.read_text(encoding="utf-8")


def _evaluate(session: CDPSession, expression: str) -> Any:
    said = session.send("Runtime.evaluate", {"expression": expression, "awaitPromise": True, "returnByValue": True})
    if "exceptionDetails" in said:
        raise RuntimeError(f"axe could not run on this page: {said['exceptionDetails']}")
    return said["result"].get("value")
