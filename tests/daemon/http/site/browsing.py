"""Browsers by a person's name, and what stands on a page."""

from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlencode

from httpx2 import Response
from starlette.testclient import TestClient

from daemon.http.site.browsing import COOKIE, masked
from engine.ids import UserId
from tests.daemon.http.asking import Asked

BASE = "http://127.0.0.1:8765"
FORM = "application/x-www-form-urlencoded"


class Marked(HTMLParser):
    """Forms with their fields, links, tags and text of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.forms: list[dict[str, Any]] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self._script = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        self.tags.append((tag, told))
        if tag == "form":
            self.forms.append({"action": told.get("action"), "method": told.get("method"), "fields": {}})
        elif tag in ("input", "textarea", "select") and self.forms and told.get("name"):
            self.forms[-1]["fields"][told["name"]] = told.get("value") or ""

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())


class Browser:
    """One browser; `who` is signed in, None nobody."""

    def __init__(self, api: Asked, who: str | None) -> None:
        self.api, self.who = api, who
        self.client = TestClient(
            api.application, base_url=BASE, raise_server_exceptions=False, follow_redirects=False
        )
        self.client.portal = api.client.portal
        if who is not None:
            browsers = api.doors.browsers
            self.client.cookies.set(COOKIE, browsers.sign_in(browsers.invite(UserId(who))))

    def get(self, path: str, **headers: str) -> Response:
        return self.client.get(
            path, headers={name.replace("_", "-"): value for name, value in headers.items()}
        )

    def csrf(self, path: str | None = None) -> str:
        """Give this browser's token: as a page's form holds it, or without asking for a page."""
        if path is None:
            jar = self.client.cookies.jar
            cookie = next(each.value or "" for each in jar if each.name == COOKIE)
            browser = self.api.doors.browsers.browser(cookie)
            assert browser is not None
            return masked(browser.csrf)
        forms = Marked(self.get(path).text).forms
        return next(str(form["fields"]["csrf"]) for form in forms if "csrf" in form["fields"])

    def post(self, path: str, fields: Any = (), *, csrf: str | None = "own", **headers: str) -> Response:
        """Send a form as its page gives it; `csrf` None leaves the token out."""
        rows = list(fields.items()) if isinstance(fields, dict) else list(fields)
        if csrf is not None:
            rows.append(("csrf", self.csrf() if csrf == "own" else csrf))
        sent = {"Content-Type": FORM, "Origin": BASE}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.post(path, content=urlencode(rows), headers=sent)
