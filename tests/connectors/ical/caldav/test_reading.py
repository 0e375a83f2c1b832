"""Reading by what changed: how many requests it takes, what servers do instead, what is not believed."""

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from connectors.ical.caldav.objects import BATCH
from connectors.ical.caldav.token import SyncToken, quirks, remarks
from engine.errors import SourceError, SourceIncompleteError, SourceUnavailableError
from engine.ids import Href
from engine.model.calendar_object import Changes, Digest
from tests.connectors.ical.caldav.sources import DavSource, opened, text
from tests.connectors.ical.reading.busy_times import calendar, event
from tests.contracts.connector import WINDOW, ZONE, everything, titles
from tests.standins.radicale import Answered, Between, Exchange, Radicale, fill

MULTISTATUS = b'<multistatus xmlns="DAV:">'


def known(read: Changes) -> dict[Href, Digest]:
    return {one.href: Digest(one.uid, one.etag, one.content_hash) for one in read.objects}


def asked(server: Radicale) -> list[str]:
    """Name what was asked since last time."""
    methods = [one.method for one in server.asked]
    server.asked.clear()
    return methods


def is_sync(exchange: Exchange) -> bool:
    return b"sync-collection" in exchange.body and exchange.method == "REPORT"


def is_multiget(exchange: Exchange) -> bool:
    return b"calendar-multiget" in exchange.body


def lacking(*names: bytes) -> Between:
    """Be a server without sync-collection, and without properties of these names."""

    def between(exchange: Exchange, serve: Callable[[], Answered]) -> Answered:
        if is_sync(exchange):
            return Answered("403 Forbidden")
        answer = serve()
        body = answer.body.replace(
            b"<supported-report><report><sync-collection /></report></supported-report>", b""
        )
        for name in names:
            body = body.replace(b"<%s>" % name, b"<x>").replace(b"</%s>" % name, b"</x>")
        return answer.saying(body)

    return between


def bare(between: Between) -> Between:
    """Be a server that lists no contents, so that they have to be asked for."""

    def listing(exchange: Exchange, serve: Callable[[], Answered]) -> Answered:
        if is_sync(exchange) and b"calendar-data" in exchange.body:
            return Answered("403 Forbidden")
        return between(exchange, serve)

    return listing


def instead(chosen: Callable[[Exchange], bool], answer: Answered) -> Between:
    return lambda exchange, serve: answer if chosen(exchange) else serve()


def test_nothing_changed_is_one_request_even_after_a_restart(
    server: Radicale, source: DavSource, tmp_path: Path
) -> None:
    source.put("one", "20261020T080000Z", "First")
    first = everything(source)
    asked(server)
    assert source.connector.changes(source.calendar, first.token, known(first)).unchanged
    assert asked(server) == ["REPORT"]
    fresh = opened(server.url, tmp_path, write=source.calendar)
    assert fresh.changes(source.calendar, first.token, known(first)).unchanged
    assert asked(server) == ["REPORT"]
    fresh.close()


def test_a_change_costs_its_own_transfer_and_a_deletion_one_request(
    server: Radicale, source: DavSource
) -> None:
    fill(server, {source.path: [(f"e{n}", text(f"e{n}", "20261020T080000Z", "Old")) for n in range(30)]})
    before = everything(source)
    source.put("e7", "20261020T080000Z", "New")
    asked(server)
    after = source.connector.changes(source.calendar, before.token, known(before))
    assert (titles(source, after.objects), after.gone, after.whole) == (["New"], (), False)
    assert asked(server) == ["REPORT", "REPORT"]
    source.remove("e7")
    asked(server)
    last = source.connector.changes(source.calendar, after.token, known(before))
    assert (last.objects, last.gone) == ((), ("e7.ics",))
    assert asked(server) == ["REPORT"]


@pytest.mark.parametrize(
    ("hidden", "idle", "quirk"),
    [((), ["PROPFIND"], "by ctag"), ((b"CS:getctag",), ["PROPFIND"], "neither")],
    ids=["ctag", "etags only"],
)
def test_a_server_without_sync_collection_is_read_by_ctag_or_by_etags(
    server: Radicale, source: DavSource, hidden: tuple[bytes, ...], idle: list[str], quirk: str
) -> None:
    fill(server, {source.path: [(f"e{n}", text(f"e{n}", "20261020T080000Z", "Old")) for n in range(9)]})
    server.between = lacking(*hidden)
    first = everything(source)
    assert first.whole
    assert len(first.objects) == 9
    asked(server)
    same = source.connector.changes(source.calendar, first.token, known(first))
    assert same.unchanged
    assert asked(server) == idle
    source.put("e7", "20261020T080000Z", "New")
    source.remove("e3")
    asked(server)
    after = source.connector.changes(source.calendar, same.token, known(first))
    assert (titles(source, after.objects), after.gone, after.whole) == (["New"], ("e3.ics",), False)
    assert asked(server)[-1] == "REPORT"
    assert any(quirk in said for said in remarks(after.token))
    assert "no sync-collection" in source.connector.probe().notes[0]


def test_a_listing_that_lost_most_is_read_whole_so_that_the_store_can_judge(
    server: Radicale, source: DavSource
) -> None:
    fill(server, {source.path: [(f"e{n}", text(f"e{n}", "20261020T080000Z", "Old")) for n in range(9)]})
    server.between = lacking()
    first = everything(source)
    for n in range(8):
        source.remove(f"e{n}")
    after = source.connector.changes(source.calendar, first.token, known(first))
    assert after.whole
    assert [one.href for one in after.objects] == ["e8.ics"]


@pytest.mark.parametrize(
    "refusal",
    [
        Answered("403 Forbidden", body=b'<error xmlns="DAV:"><valid-sync-token/></error>'),
        Answered("412 Precondition Failed", body=b'<error xmlns="DAV:"><valid-sync-token/></error>'),
        Answered("410 Gone"),
        Answered("409 Conflict"),
    ],
    ids=lambda answer: answer.status[:3],
)
def test_a_refused_token_leads_to_a_whole_read(
    server: Radicale, source: DavSource, refusal: Answered
) -> None:
    source.put("one", "20261020T080000Z", "First")
    first = everything(source)
    server.between = instead(lambda one: is_sync(one) and b"/ns/sync/" in one.body, refusal)
    again = source.connector.changes(source.calendar, first.token, known(first))
    assert again.whole
    assert titles(source, again.objects) == ["First"]
    server.between = None
    assert source.connector.changes(source.calendar, again.token, known(again)).unchanged


def test_objects_are_fetched_in_batches_and_halved_where_an_answer_is_too_large(
    server: Radicale, source: DavSource
) -> None:
    large = "X" * 30_000
    events = [(f"e{n}", text(f"e{n}", "20261020T080000Z", f"{large}{n}")) for n in range(BATCH + 1)]
    fill(server, {source.path: events})
    read = everything(source)
    assert len(read.objects) == BATCH + 1
    multigets = [one for one in server.asked if one.method == "REPORT"][2:]
    assert len(multigets) == 4  # one that was too large, its halves, and the last


def test_a_first_read_of_a_calendar_that_fits_is_one_answer(server: Radicale, source: DavSource) -> None:
    fill(server, {source.path: [(f"e{n}", text(f"e{n}", "20261020T080000Z", "Old")) for n in range(300)]})
    source.connector.calendars()
    asked(server)
    assert len(everything(source).objects) == 300
    assert asked(server) == ["REPORT"]


def test_a_short_multiget_is_a_failure(server: Radicale, source: DavSource) -> None:
    for name in ("one", "two"):
        source.put(name, "20261020T080000Z", name)

    def short(exchange: Exchange, serve: Callable[[], Answered]) -> Answered:
        answer = serve()
        if not is_multiget(exchange):
            return answer
        return answer.saying(re.sub(rb"<response>.*?</response>", b"", answer.body, count=1, flags=re.DOTALL))

    server.between = bare(short)
    with pytest.raises(SourceIncompleteError, match="answered 1 of 2 events"):
        everything(source)


def test_a_parted_listing_is_read_to_its_end(server: Radicale, source: DavSource) -> None:
    for name in ("one", "two"):
        source.put(name, "20261020T080000Z", name)
    more = b"<response><href>%s</href><status>HTTP/1.1 507 Insufficient Storage</status></response>"

    def parted(exchange: Exchange, serve: Callable[[], Answered]) -> Answered:
        answer = serve()
        if not is_sync(exchange):
            return answer
        rest = b">part</d:sync-token>" in exchange.body
        whole = source_listing(source)
        told = whole[1] if rest else whole[0] + more % source.path.encode()
        token = b"end" if rest else b"part"
        body = MULTISTATUS + told + b"<sync-token>%s</sync-token></multistatus>" % token
        return Answered("207 Multi-Status", (), body)

    server.between = parted
    assert titles(source, everything(source).objects) == ["one", "two"]


def source_listing(source: DavSource) -> list[bytes]:
    """Give the members of the calendar as the server lists them."""
    body = '<propfind xmlns="DAV:"><prop><getetag/></prop></propfind>'
    listing = source.hand.ask("PROPFIND", source.path, body, Depth="1")
    return re.findall(rb"<response>.*?</response>", listing.body, flags=re.DOTALL)[1:]


@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        (b"", "broken XML"),
        (b"<html><body>Log in</body></html>", "in place of a multistatus"),
        (MULTISTATUS + b"<response><href>/a</href>", "broken XML"),
        (b'<!DOCTYPE multistatus [<!ENTITY a "aa">]>' + MULTISTATUS + b"&a;</multistatus>", "document type"),
        (
            b'<!DOCTYPE multistatus SYSTEM "file:///etc/passwd">' + MULTISTATUS + b"</multistatus>",
            "document type",
        ),
        ('<?xml version="1.0" encoding="utf-16"?><!DOCTYPE m []><m/>'.encode("utf-16"), "document type"),
    ],
    ids=["empty", "page", "cut", "entities", "external", "utf-16"],
)
def test_an_answer_that_is_no_whole_multistatus_is_never_an_empty_calendar(
    server: Radicale, source: DavSource, body: bytes, wrong: str
) -> None:
    source.put("one", "20261020T080000Z", "First")
    token = everything(source).token
    server.between = instead(is_sync, Answered("207 Multi-Status", (), body))
    with pytest.raises(SourceIncompleteError, match=wrong):
        source.connector.changes(source.calendar, token, {})


def test_an_answer_larger_than_five_mebibytes_is_refused(server: Radicale, source: DavSource) -> None:
    token = everything(source).token
    body = MULTISTATUS + b" " * (5 * 1024 * 1024) + b"</multistatus>"
    server.between = instead(is_sync, Answered("207 Multi-Status", (), body))
    with pytest.raises(SourceIncompleteError, match="more than 5 MiB"):
        source.connector.changes(source.calendar, token, {})


def test_an_object_that_is_cut_short_is_set_aside_unless_it_is_all_there_is(
    server: Radicale, source: DavSource
) -> None:
    source.put("one", "20261020T080000Z", "First")

    def cut(exchange: Exchange, serve: Callable[[], Answered]) -> Answered:
        answer = serve()
        if not is_multiget(exchange):
            return answer
        return answer.saying(
            re.sub(rb"(SUMMARY:First.*?)END:VCALENDAR", rb"\1", answer.body, flags=re.DOTALL)
        )

    server.between = bare(cut)
    with pytest.raises(SourceIncompleteError, match=r"1 of 1 events .* cut short"):
        everything(source)
    source.put("two", "20261021T080000Z", "Second")
    read = everything(source)
    assert titles(source, read.objects) == ["Second"]
    assert [(one.href, "cut short" in one.reason) for one in read.unread] == [("one.ics", True)]
    server.between = None
    mended = source.connector.changes(source.calendar, read.token, known(read))
    assert (titles(source, mended.objects), mended.unread) == (["First"], ())


def test_an_object_on_its_way_out_is_gone_not_missing(server: Radicale, source: DavSource) -> None:
    source.put("one", "20261020T080000Z", "First")
    source.put("two", "20261020T080000Z", "Second")

    def late(exchange: Exchange, serve: Callable[[], Answered]) -> Answered:
        if is_multiget(exchange):
            server.between = None
            source.remove("two")
        return serve()

    server.between = bare(late)
    read = everything(source)
    assert titles(source, read.objects) == ["First"]
    after = source.connector.changes(source.calendar, read.token, known(read))
    assert (after.objects, after.gone) == ((), ("two.ics",))


def test_tasks_are_no_events_and_cost_nothing(server: Radicale, source: DavSource) -> None:
    task = "BEGIN:VTODO\r\nUID:todo\r\nDTSTAMP:20260101T000000Z\r\nSUMMARY:Do\r\nEND:VTODO\r\n"
    source.hand.put(f"{source.path}todo.ics", calendar(task, header="PRODID:-//test//EN\r\n").decode())
    source.put("one", "20261020T080000Z", "First")
    assert titles(source, everything(source).objects) == ["First"]


def test_a_master_older_than_the_window_counts_with_its_overrides(source: DavSource) -> None:
    master = event(
        "UID:old",
        "DTSTAMP:20200101T000000Z",
        "DTSTART:20200107T080000Z",
        "DURATION:PT1H",
        "RRULE:FREQ=WEEKLY",
        "SUMMARY:Weekly",
    )
    override = event(
        "UID:old",
        "DTSTAMP:20200101T000000Z",
        "RECURRENCE-ID:20261013T080000Z",
        "DTSTART:20261013T140000Z",
        "DURATION:PT1H",
        "SUMMARY:Moved",
    )
    text_of_both = calendar(master, override, header="PRODID:-//test//EN\r\n").decode()
    source.hand.put(f"{source.path}old.ics", text_of_both)
    read = everything(source)
    assert len(read.objects) == 1
    found = source.connector.interpret(read.objects, WINDOW, ZONE).occurrences
    assert [one.title for one in found] == ["Weekly", "Moved", "Weekly", "Weekly"]


@pytest.mark.parametrize("status", ["429 Too Many Requests", "503 Service Unavailable"])
@pytest.mark.parametrize(("said", "waited"), [("1", 60), ("600", 600), ("soon", 60), (None, 60)])
def test_a_server_that_asks_for_a_pause_gets_at_least_a_minute_and_is_not_asked_meanwhile(
    server: Radicale, source: DavSource, status: str, said: str | None, waited: int
) -> None:
    token = everything(source).token
    server.between = instead(is_sync, Answered(status, () if said is None else (("Retry-After", said),)))
    with pytest.raises(SourceUnavailableError) as raised:
        source.connector.changes(source.calendar, token, {})
    assert raised.value.retry_after == waited
    asked(server)
    with pytest.raises(SourceUnavailableError, match="left alone") as again:
        source.connector.changes(source.calendar, token, {})
    assert again.value.retry_after in (waited, waited - 1)
    assert asked(server) == []


@pytest.mark.parametrize(
    "status", ["500 Oops", "502 Bad Gateway", "404 Not Found", "302 Found", "403 Forbidden"]
)
def test_no_error_of_a_server_is_taken_for_an_empty_calendar(
    server: Radicale, source: DavSource, status: str
) -> None:
    source.put("one", "20261020T080000Z", "First")
    token = everything(source).token
    server.between = instead(lambda _: True, Answered(status))
    with pytest.raises(SourceError):
        source.connector.changes(source.calendar, token, {})
    with pytest.raises(SourceError):
        everything(source)


def test_what_was_found_out_of_a_server_is_said_in_words() -> None:
    token = SyncToken(account="a", url="http://x/", sync="s", read=True)
    assert list(quirks(token)) == []
    assert "Digest" in " ".join(quirks(replace(token, login="Digest")))
