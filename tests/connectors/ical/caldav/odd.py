"""What CalDAV servers were reported to do, each kind as a generator of cases: the same seed, the same case.

Each takes a random source and a server, makes it behave so, and gives what a connector makes of it back to be
judged: it asserts what has to hold.
"""

import random
import ssl
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

import pytest

from connectors.web.http import Http
from engine.errors import SourceError
from engine.ids import Href, RemoteCalendarId
from engine.model.calendar_object import Changes, Digest
from engine.ports.world import Clock
from engine.time.span import DAY
from tests.connectors.ical.caldav.sources import opened
from tests.standins.odd_dav import CALENDAR, DECLARATION, OddDav, Said, content, event, response
from tests.standins.time import HandClock

ITSELF = RemoteCalendarId(".")
EVENTS = 24
Kind = Callable[[random.Random, OddDav, Path], None]


_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""One for all: the system's certificates take longest to load, and nothing here has one."""


def _plain(clock: Clock) -> Http:
    return Http(clock, allow_private=True, tls=_TLS)


def read(
    server: OddDav, base: Path, before: Changes | None = None, known: Mapping[Href, Digest] | None = None,
    at: int = 0,
) -> Changes:  # fmt: skip
    """Read the calendar with a connector that has just been made; `at` seconds later."""
    clock = HandClock()
    clock.at += at
    with closing(opened(server.url, base, clock=clock, http=_plain)) as connector:
        return connector.changes(ITSELF, before.token if before else None, known or {})


def digests(changes: Changes) -> dict[Href, Digest]:
    return {one.href: Digest(one.uid, one.etag, one.content_hash) for one in changes.objects}


def uids(changes: Changes) -> set[str]:
    return {str(one.uid) for one in changes.objects}


def fill(server: OddDav, count: int = EVENTS) -> list[str]:
    """Put events into the calendar; gives their addresses."""
    for number in range(count):
        server.objects[f"{CALENDAR}e{number}.ics"] = event(f"u{number}", 1 + number % 28)
    return list(server.objects)


_LETTERS = "abcXYZ019._-~ ;:@&=+$,!*'()#?/\\%|\"<>[]{}^`é日\u00a0\u200b\x7f\x01\x1f"


def f18_names(chance: random.Random, server: OddDav, base: Path) -> None:
    """Any name, spelled in any of the ways that servers spell it, is that one object's."""
    names = {_name(chance) for _ in range(chance.randrange(2, 9))}
    spell = chance.choice([_encoded, _encoded, _absolute, _relative, _loose])
    for number, name in enumerate(sorted(names)):
        server.objects[spell(server, chance, name)] = event(f"u{number}", 1 + number)
    server.contents_in_listing = chance.random() < 0.5
    server.sync = chance.choice([None, 403])
    found = read(server, base)
    assert len(found.objects) == len(server.objects) == len(names), server.objects
    assert found.unread == ()


def _name(chance: random.Random) -> str:
    return "n" + "".join(chance.choice(_LETTERS) for _ in range(chance.randrange(1, 12))) + "z.ics"


def _encoded(_server: OddDav, chance: random.Random, name: str) -> str:
    kept = "".join(one for one in "!$&'()*+,;=:@~" if chance.random() < 0.5)
    text = quote(name, safe=kept)
    return CALENDAR + (text.replace("%2F", "%2f") if chance.random() < 0.5 else text)


def _absolute(server: OddDav, chance: random.Random, name: str) -> str:
    return f"http://127.0.0.1:{server.port}" + _encoded(server, chance, name)


def _relative(server: OddDav, chance: random.Random, name: str) -> str:
    return _encoded(server, chance, name).removeprefix(CALENDAR)


def _loose(_server: OddDav, chance: random.Random, name: str) -> str:
    return CALENDAR + "".join(one if one in "#?: |é日" else quote(one, safe="") for one in name)


def f19_control_characters(chance: random.Random, server: OddDav, base: Path) -> None:
    """A character that XML cannot hold, raw or as a reference, in one event: every event counts."""
    hrefs = fill(server)
    code = chance.choice([*range(1, 9), 0x0B, 0x0C, *range(0x0E, 0x20), 0xFFFE, 0xFFFF, 0xD800, 0xDFFF])
    raw = chance.choice([f"&#x{code:X};", f"&#{code};", f"&#x000{code:x};", chr(code)])
    for href in chance.sample(hrefs, chance.randrange(1, 4)):
        text = content(event(f"special {href}", 5, "a@@b")).replace("@@", raw)
        server.instead[href] = response(href, f"<d:getetag>2</d:getetag>{text}")
    assert len(read(server, base).objects) == EVENTS


def f20_gone_inside_a_propstat(chance: random.Random, server: OddDav, base: Path) -> None:
    """An object that a multiget says is not there, wherever it says so, is gone; the rest is read."""
    href = chance.choice(fill(server))
    version = chance.choice(["HTTP/1.1 ", "HTTP/2 ", "HTTP/1.0 ", ""])
    status = f"{version}{chance.choice([404, 410])}{chance.choice(['', ' Not Found'])}"
    part = f"<d:propstat>{{}}<d:status>{status}</d:status></d:propstat>"
    named = "<d:prop><d:getetag/><c:calendar-data/></d:prop>"
    inner = chance.choice(
        [
            part.format(""),
            part.format("<d:prop/>"),
            part.format(named),
            part.format("<d:prop><c:calendar-data/></d:prop>"),
            "<d:propstat><d:prop><d:getetag>9</d:getetag></d:prop>"
            "<d:status>HTTP/1.1 200 OK</d:status></d:propstat>"
            + part.format("<d:prop><c:calendar-data/></d:prop>"),
            f"<d:status>{status}</d:status>",
        ]
    )
    server.instead[href] = f"<d:response><d:href>{href}</d:href>{inner}</d:response>"
    found = read(server, base)
    assert (len(found.objects), found.unread) == (EVENTS - 1, ())


def f21_sync_collection_fails(chance: random.Random, server: OddDav, base: Path) -> None:
    """Whatever keeps sync-collection from working: ETags do, and it is tried again another day."""
    fill(server)
    worked_before = chance.random() < 0.5
    before = read(server, base) if worked_before else None
    if chance.random() < 0.3:
        server.token = chance.choice([None, "", " "])
    else:
        server.sync = chance.choice([400, 403, 404, 405, 409, 410, 412, 415, 422, 500, 501, 507, 599, 418])
    found = read(server, base, before, digests(before) if before else None)
    assert uids(found) == ({f"u{n}" for n in range(EVENTS)} if found.whole else set())
    known = digests(before or found)
    server.heard.clear()
    again = read(server, base, found, known)
    assert again.unchanged
    assert not any(one.asks_for("sync-collection") for one in server.heard)
    server.sync, server.token = None, "t2"
    later = read(server, base, again, known, at=DAY + 60)
    assert uids(later) == set()
    assert not later.gone
    assert read(server, base, later, known, at=DAY + 120).token == later.token


def f22_one_object_cannot_be_had(chance: random.Random, server: OddDav, base: Path) -> None:
    """One object is refused, empty or broken: it is set aside with what was last read of it."""
    hrefs = fill(server)
    server.sync = chance.choice([None, None, 403])
    first = read(server, base) if chance.random() < 0.5 else None
    bad = chance.choice(hrefs)
    server.instead[bad] = _unreadable(chance, bad)
    server.etags = {bad: '"2"'}
    found = read(server, base, first, digests(first) if first else None)
    if first is None:
        assert len(found.objects) == EVENTS - 1
    assert [one.href for one in found.unread] == [bad.removeprefix(CALENDAR)]
    assert found.gone == ()
    known = digests(found) | (digests(first) if first else {})
    held = read(server, base, found, known)
    assert [one.href for one in held.unread] == [bad.removeprefix(CALENDAR)]
    server.instead.clear()
    mended = read(server, base, held, known)
    assert (bad.removeprefix(CALENDAR) in digests(mended), mended.unread) == (True, ())


def _unreadable(chance: random.Random, href: str) -> str:
    whole = event("u0", 3)
    status = f"HTTP/1.1 {chance.choice([401, 403, 406, 423, 424, 500, 502, 503])} No"
    texts = ["", " \r\n", whole[: chance.randrange(10, len(whole) - 20)], "<html></html>", "null", "\ufeff"]
    return chance.choice(
        [
            response(href, "<d:getetag>2</d:getetag>" + content(chance.choice(texts))),
            response(href, "<d:getetag>2</d:getetag>" + content(chance.choice(texts))),
            response(href, "<d:getetag>2</d:getetag><c:calendar-data/>"),
            response(href, "<d:getetag>2</d:getetag>"),
            response(href, "<d:getetag/><c:calendar-data/>", status),
            f"<d:response><d:href>{href}</d:href><d:status>{status}</d:status></d:response>",
            f"<d:response><d:href>{href}</d:href><d:status>HTTP/1.1 {'7' * 5000}</d:status></d:response>",
        ]
    )


def f22_too_many_cannot_be_had(chance: random.Random, server: OddDav, base: Path) -> None:
    """A first read that lacks more than a tenth of the calendar has failed."""
    hrefs = fill(server)
    for href in chance.sample(hrefs, chance.randrange(EVENTS // 10 + 1, EVENTS + 1)):
        server.instead[href] = _unreadable(chance, href)
    with pytest.raises(SourceError, match="cannot be had"):
        read(server, base)


def f23_before_the_declaration(chance: random.Random, server: OddDav, base: Path) -> None:
    """Blanks and byte order marks before the XML cost nothing."""
    fill(server)
    before = "".join(
        chance.choice(["\n", "\r\n", " ", "\t", "\ufeff"]) for _ in range(chance.randrange(1, 9))
    )
    declared = chance.choice(
        [DECLARATION, b"", b"<?xml version='1.0'?>", b'<?xml version="1.0" encoding="UTF8"?>']
    )
    server.prefix = before.encode() + declared
    assert len(read(server, base).objects) == EVENTS


_BROKEN_WORDS = r"""
http://[bad/b.ics http://[ //[::1 http://a:99999999/x http://a:b/x http://℀.example/ http://%zz/ https://
http:///x http://xn--aé.example/x http://a\b/ http://127.0.0.1:0/x // http://user:pw@host/x
http://[fe80::1%25lo]/x mailto:x@y file:///etc/passwd :: ? #
"""
_BROKEN = (*_BROKEN_WORDS.split(), "\u2028", f"http://{'a' * 300}/")


def f24_addresses_that_are_none(chance: random.Random, server: OddDav, base: Path) -> None:
    """An address that cannot be read, in place of a member or a redirect, is that one's trouble."""
    fill(server)
    broken = chance.choice(_BROKEN)
    if chance.random() < 0.4:
        server.objects[broken] = event("odd", 9)
        found = read(server, base)
        assert len(found.objects) >= EVENTS
        assert len(found.objects) + len(found.unread) <= EVENTS + 1
        asked = {one.target for one in server.heard}
        assert asked == {CALENDAR}
        return
    location = broken.encode("utf-8", "replace").decode("latin-1")
    status = chance.choice([301, 302, 303, 307, 308])
    method = chance.choice(["PROPFIND", "REPORT"])
    server.before = lambda heard: (
        Said(status, b"", {"Location": location}) if heard.method == method else None
    )
    _only_ours(server, base)


def f14_etags_that_cannot_be_sent_back(chance: random.Random, server: OddDav, base: Path) -> None:
    """A version that no header can hold is as none: the calendar is read, now and later."""
    hrefs = fill(server)
    odd = "".join(chr(chance.choice([0x80, 0xE9, 0xFF, 0x100, 0x65E5, 9, 10, 0x1F600])) for _ in range(9))
    tags = [f'"{odd}"', odd, "x" * 5000, '"a\nIf-Match: *"', "\x85", '"\u2028"']
    server.etags = {href: chance.choice(tags) for href in chance.sample(hrefs, 5)}
    server.sync = chance.choice([None, 403])
    server.headers = {"ETag": '"caf\xe9"', "Last-Modified": "Mon, 0\xe9", "DAV": "1, \xff"}
    first = read(server, base)
    assert len(first.objects) == EVENTS
    again = read(server, base, first, digests(first))
    assert not again.gone
    assert not again.unread


_CODEC_WORDS = """
idna punycode rot13 unicode_escape undefined hex zip uu utf-7 cp037 x-none utf_8_sig mbcs utf-32 big5
"""
_CODECS = _CODEC_WORDS.split()


def odd_answers(chance: random.Random, server: OddDav, base: Path) -> None:
    """Whatever a server says in place of an answer ends in ours or in a read that is well."""
    fill(server, 3)
    odd = [*_odd_documents(chance), *_odd_headers(chance)]
    chosen, until = chance.choice(odd), chance.randrange(1, 5)

    def answered(_heard: object) -> Said | None:
        return chosen if len(server.heard) >= until else None

    server.before = answered
    _only_ours(server, base)


def _odd_documents(chance: random.Random) -> list[Said]:
    codec = chance.choice(_CODECS)
    status = chance.choice(["", "200", "OK", "HTTP/9 -5", "HTTP/1.1 ²³⁴ x", f"HTTP/1.1 {'9' * 5000}"])
    etag = f"<d:prop><d:getetag>{'é' * 300}</d:getetag></d:prop>"
    bodies = [
        f'<?xml version="1.0" encoding="{codec}"?><d:multistatus xmlns:d="DAV:"/>'.encode(),
        f'<?xml version="1.0" encoding="{codec}"?>'.encode("utf-16"),
        _multistatus_with(f"<d:status>{status}</d:status>"),
        _multistatus_with(f"<d:propstat>{etag}<d:status>{status}</d:status></d:propstat>"),
        b"<" * chance.randrange(1, 9000),
        b"<a>" * chance.randrange(1, 50_000),
        bytes(chance.randrange(256) for _ in range(chance.randrange(200))),
    ]
    return [Said(207, body) for body in bodies]


def _odd_headers(chance: random.Random) -> list[Said]:
    codec, location = chance.choice(_CODECS), chance.choice(_BROKEN).encode("utf-8", "replace")
    realm = "".join(chr(chance.randrange(0x20, 0x100)) for _ in range(9)).replace("\x7f", "")
    challenges = [
        *(f'Digest realm="{realm}", nonce="{nonce}", qop="auth"' for nonce in ("n", "\xe9\xe8")),
        *(f'Digest realm="x", nonce="y", {more}' for more in ("algorithm=SHA-999", 'qop="auth-int"')),
        *("Digest", "Digest =", f"Digest realm={realm}", f'Basic realm="{realm}"', "\xff\xfe"),
        'Digest realm="x, nonce="y" qop=auth,,,"',
        "Digest " + "," * 5000,
        'Digest realm="日本", nonce="é", qop="auth"'.encode().decode("latin-1"),
    ]
    waits = ["9" * 5000, "\xff", "-1", "Thu, 99 Foo 99999 99:99:99 GMT", "1e9", "\u00b2", "0" * 900, "1.5.5"]
    empty = b'<d:multistatus xmlns:d="DAV:"/>'
    return [
        Said(207, empty, {"Content-Type": f"application/xml; charset={codec}"}),
        *(Said(401, b"", {"WWW-Authenticate": chance.choice(challenges)}) for _ in range(4)),
        Said(
            chance.choice([200, 204, 301, 308, 404, 418, 500, 599]),
            b"\0" * 9,
            {"Location": location.decode("latin-1")},
        ),
        Said(207, b"", {"Content-Encoding": chance.choice(["gzip", "br", "\xff", "gzip" * 100])}),
        Said(chance.choice([429, 503]), b"", {"Retry-After": chance.choice(waits)}),
    ]


def _multistatus_with(inner: str) -> bytes:
    member = f"<d:response><d:href>{CALENDAR}</d:href>{inner}</d:response>"
    return f'<d:multistatus xmlns:d="DAV:">{member}</d:multistatus>'.encode()


def _only_ours(server: OddDav, base: Path) -> None:
    for call in ("changes", "calendars", "probe"):
        server.heard.clear()
        with closing(opened(server.url, base, http=_plain)) as connector:
            try:
                if call == "changes":
                    found = connector.changes(ITSELF, None, {})
                    assert found.token
                elif call == "calendars":
                    connector.calendars()
                else:
                    connector.probe()
            except SourceError as error:
                assert error.what  # noqa: PT017 - what is raised is one of ours, and says what


KINDS: Mapping[str, Kind] = {
    kind.__name__: kind
    for kind in (
        f14_etags_that_cannot_be_sent_back, f18_names, f19_control_characters, f20_gone_inside_a_propstat,
        f21_sync_collection_fails, f22_one_object_cannot_be_had, f22_too_many_cannot_be_had,
        f23_before_the_declaration, f24_addresses_that_are_none, odd_answers,
    )
}  # fmt: skip
