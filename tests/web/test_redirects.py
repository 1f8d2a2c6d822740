"""Nobody is led off this site: not by `next`, through the real form, as a real browser's rules read it; nor by any view."""

import ast
import json
import subprocess
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote, urljoin, urlsplit

import pytest
from flask import Flask, redirect

from tests.page_client import PageClient
from tests.real.programs import program
from tests.web.sign_in.test_next_page import BYPASSES
from tests.web.world import PASSWORD, World
from timecredits import web
from timecredits.foundation import clock
from timecredits.web.redirects import lead_within, stays_here

SITE = "https://credits.example.org"
WEB = Path(web.__file__).parent
MORE = [
    "/%2e%2e//evil.example",
    "/%5C%5Cevil.example",
    "/;//evil.example",
    "/:@evil.example",
    "//evil%E3%80%82example",
    "/\u2044\u2044evil.example",
    "/\u202e//evil.example",
    "\ufeff//evil.example",
    "/\u00a0/evil.example",
    "///\\;@evil.example",
    "//\u24d4vil.example",
    "jav\tascript:alert(1)",
    "blob:https://evil.example/x",
    "about:blank",
    "\\\t\\evil.example",
    "////%09/evil.example",
]
STRINGS = [each for each in [*BYPASSES, *MORE] if each]
LED_AWAY = [
    "//evil.example",
    "/\\evil.example",
    "https://evil.example/",
    "/\t/evil.example",
    "javascript:alert(1)",
    "/a\nb",
    "/é",
    "",
]


def test_there_are_more_than_forty_ways_tried() -> None:
    assert len(set(STRINGS)) >= 60


def landed(app: Flask, world: World, wanted: str) -> str:
    """Where the real form leads somebody who was sent to it with this `next`."""
    app.config["WTF_CSRF_ENABLED"] = False
    client = PageClient(app)
    if "\0" in wanted:
        assert client.http.get(f"/sign-in?next={quote(wanted, safe='')}").status_code == 400
        return "/"
    client.http.get(f"/sign-in?next={quote(wanted, safe='')}")
    sent = {"email": world.emails["volunteer"], "password": PASSWORD, "next": wanted}
    answer = client.http.post(f"/sign-in/password?next={quote(wanted, safe='')}", data=sent)
    assert answer.status_code == 302, answer.text[:500]
    return answer.headers["Location"]


def as_browsers_read(places: list[str]) -> list[str]:
    """The origin that each leads to from a page of ours, by the rules that browsers share (WHATWG URL, in Node)."""
    each = f"new URL(place, '{SITE}/sign-in').origin"
    code = f"const all = JSON.parse(require('fs').readFileSync(0)); console.log(JSON.stringify(all.map(place => {each})))"
    command = [program("node", package="nodejs"), "-e", code]
    done = subprocess.run(command, input=json.dumps(places), capture_output=True, text=True, check=True)  # noqa: S603
    read: list[str] = json.loads(done.stdout)
    return read


def test_no_next_leads_off_the_site_by_the_real_form(app: Flask, world: World) -> None:
    places, now = [], clock.now()
    for number, wanted in enumerate(STRINGS):
        with clock.standing_at(now + timedelta(hours=number)):  # so often in one hour, nobody may sign in
            places.append(landed(app, world, wanted))
    assert {urlsplit(urljoin(f"{SITE}/sign-in", place)).netloc for place in places} == {"credits.example.org"}
    assert set(as_browsers_read(places)) == {SITE}
    assert "/exit" not in places


def test_a_page_of_ours_is_led_to(app: Flask, world: World) -> None:
    assert landed(app, world, "/my/hours?after=x") == "/my/hours?after=x"


def test_the_reading_itself_tells_ours_from_others() -> None:
    origins = as_browsers_read(["/my/", "//evil.example", "/\\evil.example", "\t//evil.example", "https:evil.example"])
    assert origins == [SITE, "https://evil.example", "https://evil.example", "https://evil.example", SITE]


@pytest.mark.parametrize("place", LED_AWAY)
def test_what_leads_away_is_held_back_though_a_view_says_so(app: Flask, place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not stays_here(place)
    with app.test_request_context(), pytest.raises(ValueError, match="away"):
        lead_within(place)
    if place.isprintable() and place.isascii() and place:
        view = app.view_functions["public.safety"]

        def leads_away() -> object:
            return redirect(place)

        leads_away.__dict__.update(view.__dict__)
        monkeypatch.setitem(app.view_functions, "public.safety", leads_away)
        answer = app.test_client().get("/safety")
        assert (answer.status_code, answer.headers.get("Location")) == (500, None)


@pytest.mark.parametrize("place", ["/", "/my/", "/my/places?q=a+b&town=Ely%20x#top", "/sign-in?next=%2Fmy%2F"])
def test_what_stays_here_is_let_go(app: Flask, place: str) -> None:
    assert stays_here(place)
    with app.test_request_context():
        assert lead_within(place).headers["Location"] == place


def careless(source: str) -> list[int]:
    """Lines on which something of the request reaches `redirect` bare, or is spread into `url_for`."""
    found = []
    for function in ast.walk(ast.parse(source)):
        if not isinstance(function, ast.FunctionDef):
            continue
        tainted = {
            target.id
            for each in ast.walk(function)
            if isinstance(each, ast.Assign) and asks(each.value, set())
            for target in each.targets
            if isinstance(target, ast.Name)
        }
        for call in ast.walk(function):
            if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Name):
                continue
            if call.func.id == "redirect" and asks(call.args[0], tainted):
                found.append(call.lineno)
            if call.func.id == "url_for" and any(each.arg is None and asks(each.value, tainted) for each in call.keywords):
                found.append(call.lineno)
    return found


def asks(node: ast.AST, tainted: set[str]) -> bool:
    """Whether this rests on the request by its own words; what url_for and safe_next make of it is an address of ours."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in {"url_for", "safe_next"}:
        return False
    if isinstance(node, ast.Attribute) and node.attr == "view_args":
        return False  # named by our own rules
    if isinstance(node, ast.Name) and (node.id in tainted or node.id == "request"):
        return True
    return any(asks(each, tainted) for each in ast.iter_child_nodes(node))


def test_no_view_leads_where_the_request_says() -> None:
    found = {path.relative_to(WEB).as_posix(): careless(path.read_text()) for path in WEB.rglob("*.py")}
    assert {path: lines for path, lines in found.items() if lines} == {}


@pytest.mark.parametrize(
    "source",
    [
        "def view():\n return redirect(request.args['next'])",
        "def view():\n place = request.form.get('to')\n return redirect(place)",
        "def view():\n return redirect(f'/{request.args}')",
        "def view():\n return redirect(url_for('.a', **request.args))",
        "def view():\n return redirect(request.referrer or url_for('.a'))",
    ],
)
def test_a_careless_view_is_noticed(source: str) -> None:
    assert careless(source) == [3 if "place" in source else 2]


def test_a_careful_view_is_not() -> None:
    assert careless("def view():\n return redirect(url_for('.a', page=request.args.get('page')))") == []
