"""What HTTP servers were reported to do, each kind as a generator of cases: the same seed, the same case."""

import random
import re
import socket
import ssl
from collections.abc import Callable, Mapping
from contextlib import closing
from datetime import UTC, timedelta
from email.utils import format_datetime
from pathlib import Path
from urllib.parse import quote

import pytest

from connectors.ical.feed.connector import WHOLE, FeedConnector
from connectors.web.http import Http
from connectors.web.retry_after import asked_seconds
from engine.errors import SourceError
from engine.operations.budgets import LONGEST_PAUSE
from engine.time.instant import to_datetime
from tests.standins.listener import Listener
from tests.standins.odd_dav import event
from tests.standins.surroundings import surroundings
from tests.standins.time import StillClock

FEED = event("u1", 7).encode()
Kind = Callable[[random.Random, Path], None]
_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
REDIRECTS = ("301 x", "302 x", "303 x", "307 x", "308 x")


def said(status: str, headers: Mapping[str, bytes], body: bytes = b"") -> bytes:
    """Give an answer as bytes, whatever the headers hold."""
    lines = b"".join(name.encode() + b": " + value + b"\r\n" for name, value in headers.items())
    length = b"Content-Length: %d\r\nConnection: close\r\n\r\n" % len(body)
    return f"HTTP/1.1 {status}\r\n".encode() + lines + length + body


class Server(Listener):
    """Answers each request by its target."""

    def __init__(self, answers: Callable[[str], bytes]) -> None:
        super().__init__(self._say)
        self._answers = answers
        self.targets: list[str] = []

    def _say(self, peer: socket.socket) -> None:
        """Answer a request by its target, just as it was sent; hang up on what is no HTTP."""
        asked = re.match(rb"[A-Z]+ (\S+) HTTP/1.1\r\n", self.heard[-1])
        if asked:
            self.targets.append(asked[1].decode("latin-1"))
            peer.sendall(self._answers(self.targets[-1]))

    def feed(self, base: Path, path: str, scheme: str = "http") -> FeedConnector:
        """Give a connector that reads a path of it."""
        url = f"{scheme}://127.0.0.1:{self.port}{path}"
        clock = StillClock()
        context = surroundings(base, secrets={"url": url})
        return FeedConnector(url=url, http=Http(clock, allow_private=True, tls=_TLS), context=context)


def f14_marks_that_cannot_be_sent_back(chance: random.Random, base: Path) -> None:
    """A feed is read however its ETag is written; what cannot be sent back is not."""
    letters = [b"a", b'"', b"\xe9", "Ü日".encode(), b"\x85", b"\xa0", b"\xff", b" ", b"\t", b"W/", b"x" * 600]
    etag, modified = (b"".join(chance.choices(letters, k=chance.randrange(1, 7))) for _ in range(2))
    answer = said("200 OK", {"ETag": etag, "Last-Modified": modified}, FEED)
    with Server(lambda _: answer) as server, closing(server.feed(base, "/x.ics")) as feed:
        first = feed.changes(WHOLE, None, {})
        assert len(first.objects) == 1
        assert feed.changes(WHOLE, first.token, {}).unchanged
    sent = dict(re.findall(rb"(If-None-Match|If-Modified-Since): (.*)\r\n", server.heard[-1]))
    for name, value in ((b"If-None-Match", etag), (b"If-Modified-Since", modified)):
        plain = value.strip(b" \t")
        whole = len(plain) <= 500 and plain.isascii() and plain.decode().isprintable() and plain != b""
        assert sent.get(name) == (plain if whole else None)


_PATH = "aÜé日€ø /|^`{}<>\"';:@&=+$,!*()~-._é%41"


def f15_locations(chance: random.Random, base: Path) -> None:
    """A redirect to raw letters and blanks, relative or not, is followed as browsers follow it."""
    path = "/" + "".join(chance.choice(_PATH) for _ in range(chance.randrange(1, 12))).strip() + "z"
    path = re.sub(r"/\.{1,2}(?=/)", "/x", re.sub("//+", "/", path))
    query = chance.choice(["", "", "?a=b c|d&e=é", "?"])
    text = (path + query).encode(chance.choice(["utf-8", "latin-1"]), "xmlcharrefreplace")
    meant = _meant(text)
    fragment = chance.choice([b"", b"#x y", b"#"])

    def answers(target: str) -> bytes:
        if target != "/start":
            return said("200 OK", {}, FEED)
        begin = chance.choice(
            [b"", b" ", b"//127.0.0.1:%d" % server.port, b"http://127.0.0.1:%d" % server.port]
        )
        return said(
            chance.choice(["301 x", "302 x", "303 x", "307 x", "308 x"]),
            {"Location": begin + text + fragment},
        )

    with Server(answers) as server, closing(server.feed(base, "/start")) as feed:
        assert len(feed.changes(WHOLE, None, {}).objects) == 1
        assert server.targets[1:] == [meant], text


def _meant(text: bytes) -> str:
    """Give a target as RFC 3986 spells it: by its bytes where they are UTF-8, else by its letters."""
    try:
        letters = text.decode("utf-8")
    except UnicodeDecodeError:
        letters = text.decode("latin-1")
    letters = re.sub("%(?![0-9A-Fa-f]{2})", "%25", letters.partition("#")[0].strip())
    path, mark, query = letters.partition("?")
    return quote(path, safe="/:@!$&'()*+,;=~%[]") + mark + quote(query, safe="/:@!$&'()*+,;=~%[]?")


def f16_webcal(chance: random.Random, base: Path) -> None:
    """`webcal:` is spoken wherever an address stands, with and without TLS; `webcals:` only with it."""
    scheme = "".join(chance.choice([one, one.upper()]) for one in "webcal")
    steps = chance.randrange(4)

    def answers(target: str) -> bytes:
        number = int(target[1:])
        following = f"{chance.choice([scheme, 'http'])}://127.0.0.1:{server.port}/{number - 1}"
        return said("302 x", {"Location": following.encode()}) if number else said("200 OK", {}, FEED)

    with Server(answers) as server:
        with closing(server.feed(base, f"/{steps}", chance.choice([scheme, "http"]))) as feed:
            assert len(feed.changes(WHOLE, None, {}).objects) == 1
        heard = len(server.targets)
        with closing(server.feed(base, "/0", f"{scheme}s")) as feed, pytest.raises(SourceError):
            feed.changes(WHOLE, None, {})
        assert len(server.targets) == heard


def f17_retry_after(chance: random.Random, base: Path) -> None:
    """Seconds or a date in any of the three forms; nothing makes gatherly wait longer than a day."""
    clock = StillClock()
    seconds = chance.choice([0, 1, 59, 120, 7200, 86_399, 86_400, 10**7, chance.randrange(200_000)])
    at = (to_datetime(clock.now()) + timedelta(seconds=seconds)).astimezone(UTC)
    forms = {
        "seconds": str(seconds),
        "padded": f"  {seconds} ",
        "fraction": f"{seconds}.0",
        "twice": f"{seconds}, {seconds}",
        "imf": format_datetime(at, usegmt=True),
        "rfc850": f"{at:%A}, {at:%d-%b-%y %H:%M:%S} GMT",
        "asctime": f"{at:%a %b} {at.day:2} {at:%H:%M:%S %Y}",
        "offset": format_datetime(at + timedelta(hours=1), usegmt=False).replace("+0000", "+0100"),
    }
    text = chance.choice(list(forms.values()))
    wanted = min(seconds, LONGEST_PAUSE)
    assert asked_seconds(text, clock.now()) == wanted, text
    status = chance.choice(["429 x", "503 x"])
    answer = said(status, {"Retry-After": text.encode()})
    with (
        Server(lambda _: answer) as server,
        closing(server.feed(base, "/x")) as feed,
        pytest.raises(SourceError) as raised,
    ):
        feed.changes(WHOLE, None, {})
    assert getattr(raised.value, "retry_after", None) == wanted
    odd = "".join(chance.choice("0123456789, :-+eGMTSunNov\u00b2\xff.") for _ in range(chance.randrange(30)))
    told = asked_seconds(odd, clock.now(), chance.choice(["", odd, text]))
    assert told is None or 0 <= told <= LONGEST_PAUSE


_BROKEN_WORDS = r"""
http://[bad/x http://[ //[::1 http://a:99999999/x http://a:b/x http://%zz/ https:// http:///x \plain
http://xn--aé.example/x http://a\b/ http://127.0.0.1:0/x // http://user:pw@host/x http://[fe80::1%25lo]/x
file:///etc/passwd javascript:alert(1) webcal:// webcals://[ http://a|b/ http://a..b/ ftp://a/ data:,x
"""
_BROKEN = _BROKEN_WORDS.split()


def f24_locations_that_are_none(chance: random.Random, base: Path) -> None:
    """A redirect to what is no address is an error of ours, which keeps the address to itself."""
    location = chance.choice(_BROKEN)
    spot = chance.randrange(len(location) + 1)
    if chance.random() < 0.3:
        location = location[:spot] + chance.choice("[]:@\\\x7f\x85%#?") + location[spot:]
    answer = said("302 x", {"Location": location.encode("utf-8") + b"/secret-4711"})
    with Server(lambda _: answer) as server, closing(server.feed(base, "/x")) as feed:
        with pytest.raises(SourceError) as raised:
            feed.changes(WHOLE, None, {})
        assert not feed.probe().reachable
    assert "4711" not in str(raised.value)


_PIECES = (
    b"HTTP/1.1 200 OK\r\n",
    b"HTTP/1.1 207 M\r\n",
    b"HTTP/9.9 200\r\n",
    b"HTTP/1.1 " + b"2" * 5000 + b"\r\n",
    b"HTTP/1.1 -1\r\n",
    b"Content-Length: " + b"9" * 5000 + b"\r\n",
    b"Content-Length: -5\r\n",
    b"Content-Length: 5\r\n",
    b"Content-Length: 5, 6\r\n",
    b"Transfer-Encoding: chunked\r\n",
    b"Transfer-Encoding: gzip, chunked\r\n",
    b"Content-Encoding: gzip\r\n",
    b"Content-Encoding: \xff\r\n",
    b"ffffffffffffffffffff\r\n",
    b"5\r\nBEGIN\r\n0\r\n\r\n",
    b"X: \x00\r\n",
    b"X\xff: y\r\n",
    b"\xff\xfe\r\n",
    b" folded\r\n",
    b": \r\n",
    b"\r\n",
    b"\r\n\r\n",
    b"\n\n",
    b"Date: \xff\r\n",
    b"Date: Thu, 99 Foo 99999 00:00:00 GMT\r\n",
    b"Retry-After: " + b"1" * 6000 + b"\r\n",
    b"Location: http://[\r\n",
    b"Content-Type: text/calendar; charset=idna\r\n",
    b"ETag: \xe9\r\n",
    b"HTTP/1.1 101 Switching\r\n\r\n",
    b"HTTP/1.1 100 Continue\r\n\r\n",
    FEED[:99],
)


def odd_responses(chance: random.Random, base: Path) -> None:
    """Whatever bytes come back, it ends as a read of the feed or as an error of ours."""
    answer = b"".join(chance.choices(_PIECES, k=chance.randrange(1, 9)))
    if chance.random() < 0.5:
        answer = _mutated(
            chance, said("200 OK", {"ETag": b'"a"', "Date": b"Thu, 26 Nov 2026 23:00:00 GMT"}, FEED)
        )
    with Server(lambda _: answer) as server, closing(server.feed(base, "/x")) as feed:
        try:
            assert feed.changes(WHOLE, None, {}).whole
        except SourceError:
            feed.probe()


def _mutated(chance: random.Random, whole: bytes) -> bytes:
    for _ in range(chance.randrange(1, 6)):
        spot = chance.randrange(len(whole))
        piece = chance.choice([*_PIECES, bytes([chance.randrange(256)])])
        whole = whole[:spot] + piece + whole[spot + chance.randrange(3) :]
    return whole


KINDS: Mapping[str, Kind] = {
    kind.__name__: kind
    for kind in (
        f14_marks_that_cannot_be_sent_back, f15_locations, f16_webcal, f17_retry_after,
        f24_locations_that_are_none, odd_responses,
    )
}  # fmt: skip
