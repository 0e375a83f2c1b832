"""Libraries that raise what nobody foresaw, servers that repeat what they were sent: no secret is told."""

import base64
import logging
import re
import smtplib
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from tests.worlds.command_line import Line

DAV, MAIL, FEED = "canary dav/pass+word", "canary-mail-password", "canary-feed-4711"
BEGINNING = """\
[store]
url = "sqlite:///gatherly.db"
[users."dave@example.com"]
timezone = "Europe/Berlin"
[users."carol@example.com"]
timezone = "Europe/Berlin"
[connectors.carol-mail]
kind = "email"
user = "carol@example.com"
smtp = "smtp://127.0.0.1:9"
username = "carol"
password_command = ["/bin/cat", "{folder}/mail.password"]
from = "scheduler@example.com"
"""
CALENDARS = """\
[connectors.dave-{name}]
kind = "caldav"
user = "dave@example.com"
url = "{server}/{name}/"
username = "dave"
password_file = "dav.password"
allow_private_network = true
[connectors.carol-{name}]
kind = "ics"
user = "carol@example.com"
url_file = "{name}.url"
allow_private_network = true
"""
BASIC = base64.b64encode(f"dave:{DAV}".encode()).decode()
FORMS = (DAV, MAIL, FEED, BASIC, quote(DAV), quote(DAV, safe=""), DAV.encode().hex())
COMMANDS = (("check",), ("run", "--once"), ("status",), ("status", "--json"))


@pytest.fixture
def line(capsys: pytest.CaptureFixture[str]) -> Line:
    return Line(capsys)


def furnish(folder: Path, server: str, *names: str) -> None:
    """Put a configuration down with a CalDAV account and a secret feed for each name, and mail."""
    parts = [CALENDARS.format(name=name, server=server) for name in names]
    (folder / "gatherly.toml").write_text("".join([BEGINNING.format(folder=folder), *parts]))
    feeds = {f"{name}.url": f"{server}/{name}/private-{FEED}/basic.ics?k={FEED}" for name in names}
    for name, secret in {"dav.password": DAV, "mail.password": MAIL, **feeds}.items():
        (folder / name).write_text(secret)
        (folder / name).chmod(0o600)


def told(folder: Path, line: Line, caplog: pytest.LogCaptureFixture) -> str:
    """Do everything, and give all that was said, logged and written."""
    caplog.set_level(logging.DEBUG)
    said = []
    for words in COMMANDS:
        done = line(*words, "-c", folder / "gatherly.toml")
        said += [done.stdout, done.stderr]
    line("backup", folder / "copy.db", "-c", folder / "gatherly.toml")
    written = [path.read_bytes() for path in folder.glob("*.db*")]
    assert len(written) >= 2
    ours = [one.getMessage() for one in caplog.records if one.name.startswith(("httpx2", "httpcore2"))]
    return "\n".join([*said, *ours, *(each.decode("latin-1") for each in written)])


def assert_nothing_is_told(text: str) -> None:
    assert text.count("error") > 3
    assert [form for form in FORMS if form in text] == []
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f]", text.partition("SQLite format 3")[0])


class OddError(Exception):
    """What no library is known to raise."""


def raising(make: Callable[[Any], Exception]) -> Callable[..., Any]:
    """Give what takes the place of a library's function."""

    def fail(*given: Any, **_named: Any) -> Any:
        raise make(given[-1])

    return fail


def of_no_library(request: Any) -> Exception:
    return OddError(f"{request.url!r} {request.headers!r} {bytes(request.url)!r}")


def with_a_cause(request: Any) -> Exception:
    target = request.url.target.decode()
    error = KeyError(target, dict(request.headers))
    error.__cause__ = ValueError(quote(target, safe=""))
    return error


def of_the_library(request: Any) -> Exception:
    kind: type[Exception] = sys.modules["httpcore2"].RemoteProtocolError
    return kind(f"{request.url} {request.headers} {DAV} {BASIC}")


def of_mail(_given: Any) -> Exception:
    return OddError(MAIL)


def of_a_login(_given: Any) -> Exception:
    encoded = base64.b64encode(f"\0carol\0{MAIL}".encode()).decode()
    return smtplib.SMTPAuthenticationError(535, f"{MAIL} is wrong: {encoded}")


def of_the_system(_given: Any) -> Exception:
    return OSError(5, f"{MAIL}\r\nforged\x1b[2J")


@pytest.mark.parametrize(
    ("web", "mail"),
    [(of_no_library, of_mail), (with_a_cause, of_a_login), (of_the_library, of_the_system)],
)
def test_no_secret_is_told_whatever_a_library_raises(
    tmp_path: Path,
    line: Line,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
    web: Callable[[Any], Exception],
    mail: Callable[[Any], Exception],
) -> None:
    furnish(tmp_path, "http://127.0.0.1:9999", "home")
    monkeypatch.setattr("httpcore2.ConnectionPool.handle_request", raising(web))
    monkeypatch.setattr("smtplib.SMTP.connect", raising(mail))
    assert_nothing_is_told(told(tmp_path, line, caplog))


def repeated(request: Request) -> str:
    return f"{request.url} {request.headers.get('Authorization')} {DAV} {quote(DAV)} {request.full_path}"


def in_the_body(request: Request) -> Response:
    return Response(repeated(request), 500)


def in_the_realm(request: Request) -> Response:
    return Response("", 401, {"WWW-Authenticate": f'Basic realm="{repeated(request)}"'})


def in_the_place(request: Request) -> Response:
    return Response("", 302, {"Location": f"/elsewhere/{quote(DAV)}/{BASIC}?{FEED}"})


def in_the_type(request: Request) -> Response:
    return Response("x", 200, {"Content-Type": f"text/{quote(DAV, safe='')}; charset={BASIC}"})


def in_xml(request: Request) -> Response:
    body = f'<?xml version="1.0"?><d:error xmlns:d="DAV:"><d:x>{DAV} {BASIC}</d:x></d:error>'
    return Response(body, 403, {"Content-Type": "application/xml"})


def in_an_address(request: Request) -> Response:
    body = (
        '<?xml version="1.0"?><d:multistatus xmlns:d="DAV:"><d:response>'
        f"<d:href>/{quote(DAV)}\r\n\x85{BASIC}</d:href><d:status>HTTP/1.1 {DAV}</d:status>"
        "</d:response></d:multistatus>"
    )
    return Response(body, 207, {"Content-Type": "application/xml"})


ANSWERS = {
    "body": in_the_body,
    "realm": in_the_realm,
    "place": in_the_place,
    "type": in_the_type,
    "xml": in_xml,
    "address": in_an_address,
}


@pytest.mark.long
@pytest.mark.upload
def test_no_secret_is_told_that_a_server_repeats(
    tmp_path: Path, httpserver: HTTPServer, line: Line, caplog: pytest.LogCaptureFixture
) -> None:
    for name, answer in ANSWERS.items():
        httpserver.expect_request(re.compile(f"/{name}/.*")).respond_with_handler(answer)
    furnish(tmp_path, httpserver.url_for("").rstrip("/"), *ANSWERS)
    assert_nothing_is_told(told(tmp_path, line, caplog))
