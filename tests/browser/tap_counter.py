"""Counts taps, presses and fields as the browser sees them: by listeners in the page, not by what the test meant to do.

A tap is a pointer put down anywhere but in a field for typing, or Enter or the space bar on a control. A field is one that was
typed in, or one that opened the file chooser; the tap into it belongs to it. What a script does by itself is not counted.
"""

import json
from dataclasses import dataclass

from playwright.sync_api import BrowserContext, Page

_LISTEN = """
(() => {
  const key = "counted-taps";
  const read = () => JSON.parse(sessionStorage.getItem(key) ?? '{"taps": 0, "fields": []}');
  const write = (counted) => sessionStorage.setItem(key, JSON.stringify(counted));
  const tap = () => { const counted = read(); counted.taps += 1; write(counted); };
  const quiet = ["radio", "checkbox", "submit", "button", "hidden", "image", "reset"];
  const isField = (element) =>
    element instanceof HTMLTextAreaElement || (element instanceof HTMLInputElement && !quiet.includes(element.type));
  const note = (field) => {
    const counted = read(), name = `${location.pathname} ${field.name}`;
    if (!counted.fields.includes(name)) counted.fields.push(name);
    write(counted);
  };
  const field = (event) => {
    if (event.isTrusted && isField(event.target)) note(event.target);
  };
  addEventListener("pointerdown", (event) => {
    if (!event.isTrusted) return;
    const control = event.target.closest("label")?.control ?? event.target;
    if (!isField(control)) tap();
    else if (control.type === "file") note(control); // what the file chooser does afterwards no page can see
  }, true);
  addEventListener("keydown", (event) => {
    if (event.isTrusted && (event.key === "Enter" || (event.key === " " && !isField(event.target)))) tap();
  }, true);
  addEventListener("input", field, true);
  addEventListener("change", field, true);
})();
"""


@dataclass(frozen=True, slots=True)
class Counted:
    """How many taps, and which fields, as "address name"."""

    taps: int
    fields: tuple[str, ...]


def listen(context: BrowserContext) -> None:
    """Count in every page of this context from now on; needs scripts to run in it."""
    context.add_init_script(_LISTEN)


def begin(page: Page) -> None:
    """Count from 0."""
    page.evaluate("sessionStorage.removeItem('counted-taps')")


def counted(page: Page) -> Counted:
    """What was counted since `begin`."""
    found = json.loads(page.evaluate("sessionStorage.getItem('counted-taps')") or '{"taps": 0, "fields": []}')
    return Counted(found["taps"], tuple(found["fields"]))
