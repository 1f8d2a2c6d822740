"""What the 50 do, for locust: it runs in an environment of its own, so nothing of ours is imported.

SOAK_SITE names a file of JSON: cookies of people who are signed in, tills' keys, the address that says what a phone shows now,
and ids. Each answer is noted, whether somebody looked or sent, its milliseconds and its status, and written to SOAK_ANSWERS at
the end.
"""

import json
import os
import random
import re
import uuid
from itertools import cycle
from pathlib import Path
from typing import Any

from bs4 import BeautifulSoup
from locust import FastHttpUser, between, constant_pacing, events, task

SITE = json.loads(Path(os.environ["SOAK_SITE"]).read_text())
VOLUNTEERS, STAFF, TILLS = (cycle(SITE[kind]) for kind in ("volunteers", "staff", "tills"))
ANSWERS: list[tuple[str, str, float, int]] = []
PAGES = ["/my/", "/my/statement", "/my/hours", "/my/places", "/my/code", "/my/sessions", "/my/letters", "/my/give", "/my/journey"]
PUBLIC = [
    "/",
    "/in/fenland/support",
    "/in/fenland/support?q=food",
    "/in/fenland/events",
    "/in/fenland/stories",
    "/v",
    "/help-now",
]


@events.request.add_listener
def note(request_type: str, name: str, response_time: float, response: Any, exception: object, **_more: object) -> None:
    status = 0 if response is None else response.status_code
    ANSWERS.append((request_type, name, response_time, status or (-1 if exception else 0)))


@events.quitting.add_listener
def write(**_more: object) -> None:
    Path(os.environ["SOAK_ANSWERS"]).write_text(json.dumps(ANSWERS))


class Person(FastHttpUser):
    abstract = True
    wait_time = between(1, 5)

    def look(self, path: str, name: str = "") -> Any:
        answer = self.client.get(path, name=name or path, headers=self.headers())
        if given := answer.headers.get("Set-Cookie"):  # the mark of a form stands in the cookie that came with it
            self.cookie = given.partition(";")[0]
        return answer

    def headers(self) -> dict[str, str]:
        return {}


class Volunteer(Person):
    """Looks at what they have, where to go, and shows their code."""

    fixed_count = 30

    def on_start(self) -> None:
        self.cookie = next(VOLUNTEERS)

    def headers(self) -> dict[str, str]:
        return {"Cookie": self.cookie}

    @task
    def look_around(self) -> None:
        self.look(random.choice(PAGES))


class Visitor(Person):
    """Looks for support, or checks a letter."""

    fixed_count = 6

    @task
    def look_around(self) -> None:
        self.look(random.choice(PUBLIC))


class Coordinator(Person):
    """Opens the day's register, saves it, and looks at people."""

    fixed_count = 6
    wait_time = between(3, 8)

    def on_start(self) -> None:
        self.cookie = next(STAFF)

    def headers(self) -> dict[str, str]:
        return {"Cookie": self.cookie}

    @task(2)
    def look_around(self) -> None:
        for path in ("/coordinator/", "/coordinator/people", "/coordinator/activities"):
            self.look(path)

    @task
    def keep_a_register(self) -> None:
        path = f"/coordinator/register/{SITE['activity']}?day={random.choice(SITE['days'])}"
        page = self.look(path, "/coordinator/register")
        sent = fields(page.text) | {"do": "save"}
        headers = {**self.headers(), "Origin": self.host}
        self.client.post(path, sent, name="/coordinator/register", headers=headers, allow_redirects=False)


class Till(Person):
    """Takes a credit every ten seconds."""

    fixed_count = 8
    wait_time = constant_pacing(10)

    def on_start(self) -> None:
        self.till = next(TILLS)

    @task
    def take(self) -> None:
        with self.client.get(f"{SITE['phones']}/{self.till['counter']}", name="a phone", catch_response=True) as shown:
            code = shown.text
            shown.success()
        body = {"id": str(uuid.uuid4()), "code": code, "offer_id": SITE["offer"], "party": {"adults": 1, "under_16s": 0}}
        key = {"Authorization": f"Bearer {self.till['token']}"}
        self.client.post("/api/v1/redemptions", json=body, headers=key)


def fields(text: str) -> dict[str, Any]:
    """What a browser would send of the register as it stands."""
    sent: dict[str, Any] = {}
    form = next(each for each in BeautifulSoup(text, "html.parser").select("main form") if "Save the register" in each.text)
    for field in form.select("input[name]"):
        if field.get("type") in {"checkbox", "radio"} and not field.has_attr("checked"):
            continue
        if field.get("type") not in {"submit", "file"}:
            sent[str(field["name"])] = str(field.get("value", ""))
    for field in form.select("select[name]"):
        chosen = field.select_one("option[selected]") or field.select_one("option")
        sent[str(field["name"])] = str(chosen["value"]) if chosen else ""
    return {name: value for name, value in sent.items() if not re.search(r"new|first_name|last_name", name)}
