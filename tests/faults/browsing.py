"""A browser without JavaScript on a real line: cookies, forms, and a new connection for each request."""

import http.client
from dataclasses import dataclass
from http.cookies import SimpleCookie
from urllib.parse import urlencode, urlsplit

from bs4 import BeautifulSoup

PATIENCE = 30.0


@dataclass(frozen=True)
class Got:
    """What came back: status, headers by lower-case name, and the text."""

    status: int
    headers: dict[str, str]
    text: str

    @property
    def path(self) -> str:
        """Where a redirect leads, without the site."""
        parts = urlsplit(self.headers.get("location", ""))
        return parts.path + (f"?{parts.query}" if parts.query else "")

    def fields(self) -> dict[str, str]:
        """The hidden and filled fields of the first form of the main part."""
        form = BeautifulSoup(self.text, "html.parser").select_one("main form")
        if form is None:
            raise LookupError(f"no form on the page ({self.status})")
        return {str(each["name"]): str(each.get("value", "")) for each in form.select("input[name]")}


class Browser:
    """One person's browser at a site on this machine."""

    def __init__(self, port: int, *, patience: float = PATIENCE) -> None:
        self.port, self.patience = port, patience
        self.cookies: dict[str, str] = {}

    def get(self, path: str) -> Got:
        """Raises OSError or http.client.HTTPException where no whole answer came."""
        return self.request("GET", path)

    def post(self, path: str, form: dict[str, str]) -> Got:
        """Send a form. Raises as `get` does."""
        content = {"Content-Type": "application/x-www-form-urlencoded"}
        return self.request("POST", path, urlencode(form).encode(), content)

    def request(self, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None) -> Got:
        """One request on a connection of its own. Raises as `get` does."""
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=self.patience)
        sent = {"Connection": "close", "Origin": f"http://127.0.0.1:{self.port}", **(headers or {})}
        if self.cookies:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        try:
            line.request(method, path, body, sent)
            answer = line.getresponse()
            text = answer.read().decode(errors="replace")
        finally:
            line.close()
        for each in answer.headers.get_all("Set-Cookie") or []:
            for name, morsel in SimpleCookie(each).items():
                self.cookies[name] = morsel.value
        return Got(answer.status, {name.lower(): value for name, value in answer.headers.items()}, text)

    def sign_in(self, email: str, password: str) -> None:
        """By password, as a volunteer. Raises LookupError where that doesn't work."""
        form = self.get("/sign-in/password").fields()
        answer = self.post("/sign-in/password", {**form, "email": email, "password": password})
        if answer.status != 302:
            raise LookupError(f"not signed in: {answer.status}")
