"""A client that checks every page it fetches: title, ids, labels, legends, headers, and no inline script or style."""

import re
from typing import Any

from bs4 import BeautifulSoup, Tag
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.web.header_rules import faults_of

_BANNED = re.compile(r"\b(redeem\w*|ledger|transaction\w*|debit\w*|beneficiar\w*|invalid|unauthori[sz]ed)\b", re.IGNORECASE)


class PageClient:
    """One browser. `get` and `post` answer a Page; forms are filled from the page they stand on."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.http: FlaskClient = app.test_client()

    def get(self, path: str, *, status: int = 200, follow: bool = True, **kwargs: Any) -> "Page":
        """Fetch a page, check it, and answer it."""
        return self._checked(self.http.get(path, follow_redirects=follow, **kwargs), status)

    def post(
        self, path: str, data: dict[str, Any] | None = None, *, status: int = 200, follow: bool = True, **kwargs: Any
    ) -> "Page":
        """Send a form without looking at its page first. The CSRF field must be in `data` (see Page.submit)."""
        return self._checked(self.http.post(path, data=data, follow_redirects=follow, **kwargs), status)

    def _checked(self, response: TestResponse, status: int) -> "Page":
        assert response.status_code == status, (
            f"{response.request.path}: {response.status_code}, not {status}\n{response.text[:3000]}"
        )
        faults = faults_of(response.headers, status, secure=self.app.config["BASE_URL"].startswith("https://"))
        assert response.headers.get("Cache-Control", "").startswith("public") or not faults, f"{response.request.path}: {faults}"
        page = Page(self, response)
        if response.mimetype == "text/html" and not 300 <= response.status_code < 400:
            page.check()
        return page


class Page:
    """What came back, parsed when it is HTML."""

    def __init__(self, client: PageClient, response: TestResponse) -> None:
        self.client, self.response = client, response
        self.path: str = response.request.path
        self.soup = (
            BeautifulSoup(response.text, "html.parser") if response.mimetype == "text/html" else BeautifulSoup("", "html.parser")
        )

    @property
    def heading(self) -> str:
        """The h1."""
        return self._text(self.soup.select_one("h1"))

    @property
    def text(self) -> str:
        """Everything a person can read in the main part, with single spaces."""
        return self._text(self.soup.select_one("main") or self.soup)

    def link(self, text: str) -> str:
        """The address of the one link with this text."""
        links = [a for a in self.soup.select("a[href]") if self._text(a) == text]
        assert links, f"no link {text!r} on {self.path}: {[self._text(a) for a in self.soup.select('a[href]')]}"
        return str(links[0]["href"])

    def click(self, text: str, **kwargs: Any) -> "Page":
        """Follow the link with this text."""
        return self.client.get(self.link(text), **kwargs)

    def form(self, button: str | None = None) -> Tag:
        """The form with this button; with no button named, the first form of the main part."""
        for form in self.soup.select("main form" if button is None else "form"):
            if button is None or any(self._text(each) == button for each in form.select("button, input[type=submit]")):
                return form
        raise AssertionError(f"no form with a button {button!r} on {self.path}")

    def fields(self, button: str | None = None) -> dict[str, Any]:
        """What the form would send as it stands: name -> value, or a list of values."""
        sent: dict[str, Any] = {}
        for field in self.form(button).select("input[name], select[name], textarea[name]"):
            name, kind = str(field["name"]), field.get("type", "text")
            if kind in {"checkbox", "radio"} and not field.has_attr("checked"):
                continue
            if kind in {"file", "submit"}:
                continue
            value = self._value(field)
            if name in sent:
                sent[name] = [*(sent[name] if isinstance(sent[name], list) else [sent[name]]), value]
            else:
                sent[name] = value
        return sent

    def submit(self, button: str | None = None, *, status: int = 200, follow: bool = True, **values: Any) -> "Page":
        """Send the form with this button, with `values` in place of what stands there. A value of None leaves the field out.

        A name with a dash is given with two underscores in its place.
        """
        form = self.form(button)
        sent = self.fields(button)
        pressed = [each for each in form.select("button[name]") if self._text(each) == button]
        if pressed:
            sent[str(pressed[0]["name"])] = str(pressed[0].get("value", ""))
        for name, value in values.items():
            sent[name.replace("__", "-")] = value
        sent = {name: value for name, value in sent.items() if value is not None}
        action = str(form.get("action") or self.response.request.full_path.rstrip("?"))
        if str(form.get("method", "get")).lower() == "get":
            return self.client.get(action, query_string=sent, status=status, follow=follow)
        multipart = {"content_type": "multipart/form-data"} if form.get("enctype") == "multipart/form-data" else {}
        return self.client.post(action, sent, status=status, follow=follow, **multipart)

    def check(self) -> None:
        """Everything a page must hold, whatever it is."""
        # Each query walks the whole page, so there is one; like the browser's own, it leaves out what stands in a <template>.
        soup, tags = self.soup, list(self.soup.select("*"))
        title, heading = self._text(soup.select_one("title")), self.heading
        headings = [tag for tag in tags if tag.name == "h1"]
        assert len(headings) == 1, f"{self.path}: {len(headings)} h1"
        assert title.removeprefix("Error: ").startswith(heading), f"{self.path}: title {title!r} is not h1 {heading!r}"
        ids = [str(tag["id"]) for tag in tags if tag.has_attr("id")]
        assert len(ids) == len(set(ids)), f"{self.path}: ids twice: {sorted({each for each in ids if ids.count(each) > 1})}"
        self._check_labels(tags, set(ids))
        assert not [tag for tag in tags if tag.name == "style" or tag.has_attr("style")], f"{self.path}: inline style"
        for tag in tags:
            assert tag.name != "script" or tag.get("nonce"), f"{self.path}: a script without a nonce"
        assert not [name for tag in soup.find_all(True) for name in tag.attrs if name.startswith("on")], (
            f"{self.path}: inline handler"
        )
        found = _BANNED.search(self.text)
        assert found is None, f"{self.path}: says {found.group()!r}" if found else ""

    def _check_labels(self, tags: list[Tag], ids: set[str]) -> None:
        labelled = {str(tag["for"]) for tag in tags if tag.name == "label" and tag.has_attr("for")}
        for field in tags:
            if field.name not in {"input", "select", "textarea"} or field.get("type") in {"hidden", "submit", "button"}:
                continue
            assert field.get("id") in labelled or field.get("aria-label") or field.get("aria-labelledby"), (
                f"{self.path}: no label for {field.get('name')}"
            )
        for name in labelled:
            assert name in ids, f"{self.path}: label for nothing: {name}"
        for tag in tags:
            assert tag.name != "fieldset" or self._text(tag.select_one("legend")), f"{self.path}: a fieldset without a legend"
        for link in self.soup.select(".govuk-error-summary a[href^='#']"):
            assert str(link["href"])[1:] in ids, f"{self.path}: an error leads nowhere: {link['href']}"

    @staticmethod
    def _value(field: Tag) -> Any:
        if field.name == "textarea":
            return field.get_text().removeprefix("\n")
        if field.name == "select":
            chosen = field.select_one("option[selected]") or field.select_one("option")
            return "" if chosen is None else chosen.get("value", chosen.get_text())
        return field.get("value", "on" if field.get("type") in {"checkbox", "radio"} else "")

    @staticmethod
    def _text(tag: Tag | BeautifulSoup | None) -> str:
        return "" if tag is None else " ".join(tag.get_text(" ").split())
