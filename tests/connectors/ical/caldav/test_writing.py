"""Writing: without doubles whatever a server does with them, and without a server that mails anybody."""

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from engine.errors import (
    SourceError,
    SourceExpiredError,
    SourceUnavailableError,
    WriteAmbiguousError,
    WriteConflictError,
    WriteRefusedError,
)
from engine.ids import InstallId, RemoteCalendarId
from tests.connectors.ical.caldav.sources import DavSource, opened, source_of, text
from tests.contracts.connector import INSTALL, draft, everything, titles
from tests.standins.cyrus import Cyrus, cyrus
from tests.standins.radicale import Answered, Exchange, Radicale, fill
from tests.standins.sabre import Sabre, sabre
from tests.standins.xandikos import Xandikos, xandikos

FAR = 20 * 366 * 24
"""Hours ahead: nobody delivers invitations to what is over."""


@pytest.fixture(scope="module")
def xandikos_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Xandikos]:
    with xandikos(tmp_path_factory.mktemp("xandikos")) as running:
        yield running


@pytest.fixture(scope="module")
def sabre_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sabre]:
    with sabre(tmp_path_factory.mktemp("sabre")) as running:
        yield running


@pytest.fixture(scope="module")
def cyrus_server() -> Iterator[Cyrus]:
    with cyrus(["alice", "dave"]) as running:
        yield running


@pytest.fixture(params=["radicale", "xandikos", "cyrus", "sabre"])
def anywhere(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[DavSource]:
    """Give a calendar on each of the servers, which refuse in different ways."""
    if request.param == "radicale":
        yield request.getfixturevalue("source")
        return
    server = request.getfixturevalue(f"{request.param}_server")
    name = tmp_path.name
    path = server.calendar(*(["dave"] if request.param == "cyrus" else []), name)
    hand = server.hand("dave") if request.param == "cyrus" else server.hand
    url = f"{server.url}principals/dave/" if request.param == "sabre" else server.url
    source = source_of(url, tmp_path, hand, path, name)
    yield source
    source.connector.close()
    hand.ask("DELETE", path)


def on(method: str, answer: Callable[[Callable[[], Answered]], Answered]) -> Callable[..., Answered]:
    """Answer one method otherwise."""

    def between(exchange: Exchange, serve: Callable[[], Answered]) -> Answered:
        return answer(serve) if exchange.method == method else serve()

    return between


def test_a_uid_that_lies_under_another_name_is_a_conflict_and_is_not_doubled(anywhere: DavSource) -> None:
    uid = draft().event_id
    anywhere.hand.put(f"{anywhere.path}renamed.ics", text(uid, "20261020T080000Z", "Theirs"))
    with pytest.raises(WriteConflictError):
        anywhere.connector.write(anywhere.calendar, draft())
    found = anywhere.connector.read(anywhere.calendar, uid)
    assert found is not None
    assert found.mark is None
    assert titles(anywhere, everything(anywhere).objects) == ["Theirs"]


def test_a_copy_that_its_owner_s_program_renamed_is_still_ours(anywhere: DavSource) -> None:
    anywhere.connector.write(anywhere.calendar, draft())
    name = f"{anywhere.path}{draft().event_id}.ics"
    moved = anywhere.hand.ask("GET", name).body.decode()
    anywhere.hand.delete(name)
    anywhere.hand.put(f"{anywhere.path}renamed.ics", moved)
    found = anywhere.connector.read(anywhere.calendar, draft().event_id)
    assert found is not None
    assert found.mark == draft().mark
    later = replace(draft(hours=2), sequence=1)
    anywhere.connector.write(anywhere.calendar, later, found.etag)
    assert [one.span for one in anywhere.connector.marked(anywhere.calendar, INSTALL)] == [later.span]
    anywhere.connector.withdraw(anywhere.calendar, draft().event_id)
    assert everything(anywhere).objects == ()


def test_what_the_owner_does_to_a_copy_is_read_back(anywhere: DavSource) -> None:
    anywhere.connector.write(anywhere.calendar, draft())
    assert len(anywhere.connector.marked(anywhere.calendar, INSTALL)) == 1
    name = f"{anywhere.path}{draft().event_id}.ics"
    kept = anywhere.hand.ask("GET", name).body.decode()
    mine = kept.replace("T100000", "T150000").replace("T110000", "T160000")
    assert mine != kept
    anywhere.hand.put(name, mine)
    found = anywhere.connector.read(anywhere.calendar, draft().event_id)
    assert found is not None
    assert found.span == draft(hours=5).span
    (listed,) = anywhere.connector.marked(anywhere.calendar, INSTALL)
    assert listed.span == found.span
    with pytest.raises(WriteConflictError):
        anywhere.connector.write(anywhere.calendar, draft(), '"another"')
    anywhere.hand.delete(name)
    assert anywhere.connector.read(anywhere.calendar, draft().event_id) is None
    assert anywhere.connector.marked(anywhere.calendar, INSTALL) == []


def test_any_installation_s_event_can_be_withdrawn_by_its_id(anywhere: DavSource) -> None:
    lost = draft("f00@lost", install=InstallId("lost"))
    anywhere.connector.write(anywhere.calendar, lost)
    anywhere.connector.withdraw(anywhere.calendar, lost.event_id)
    assert anywhere.connector.marked(anywhere.calendar, None) == []


def test_no_server_delivers_or_mails_the_copies_of_a_booking(cyrus_server: Cyrus, tmp_path: Path) -> None:
    """On a server that schedules, each copy lies where it was put and nowhere else."""
    copies = {}
    before = {user: delivered(cyrus_server, user) for user in ("alice", "dave")}
    ours = {f"{user}-1@install-1" for user in before}
    for user in before:
        path = cyrus_server.calendar(user, "meet")
        connector = opened(cyrus_server.url, tmp_path, username=user, write="meet")
        connector.write(RemoteCalendarId("meet"), draft(f"{user}-1@install-1", hours=FAR))
        copies[user] = (connector, path)
    kept = b""
    for user, (connector, path) in copies.items():
        assert delivered(cyrus_server, user) == before[user]
        held = [
            one.uid
            for remote in connector.calendars()
            for one in connector.changes(remote.calendar, None, {}).objects
            if one.uid in ours
        ]
        assert held == [f"{user}-1@install-1"]
        kept = cyrus_server.hand(user).ask("GET", f"{path}{user}-1@install-1.ics").body
        assert kept.count(b"SCHEDULE-AGENT=NONE") == 2
        connector.withdraw(RemoteCalendarId("meet"), draft(f"{user}-1@install-1").event_id)
        connector.close()
    assert delivered(cyrus_server, "dave") == before["dave"]
    alice = cyrus_server.hand("alice")
    inviting = kept.decode().replace(";SCHEDULE-AGENT=NONE", "").replace("dave-1@", "alice-2@")
    alice.put("/dav/calendars/user/alice/meet/alice-2@install-1.ics", inviting)
    assert (
        delivered(cyrus_server, "dave") == before["dave"] + 1
    )  # as it would have been, had the copies not said otherwise


def test_a_server_delivers_where_the_operator_wants_it_to(cyrus_server: Cyrus, tmp_path: Path) -> None:
    cyrus_server.calendar("alice", "told")
    with closing(
        opened(cyrus_server.url, tmp_path, username="alice", write="told", schedule_agent="server")
    ) as told:
        before = delivered(cyrus_server, "dave")
        told.write(RemoteCalendarId("told"), draft("alice-3@install-1", hours=FAR))
    assert delivered(cyrus_server, "dave") == before + 1


def delivered(server: Cyrus, user: str) -> int:
    """Count what lies in somebody's scheduling inbox."""
    inbox = server.hand(user).ask("PROPFIND", f"/dav/calendars/user/{user}/Inbox/", Depth="1")
    assert inbox.status == 207
    return inbox.body.count(b".ics<")


def test_a_schedule_tag_comes_before_the_etag(xandikos_server: Xandikos, tmp_path: Path) -> None:
    path = xandikos_server.calendar("tags")
    connector = opened(xandikos_server.url, tmp_path, write="tags")
    written = connector.write(RemoteCalendarId("tags"), draft())
    reply = xandikos_server.hand.ask("GET", f"{path}{draft().event_id}.ics")
    assert written.etag == f"schedule-tag:{reply.headers['schedule-tag']}"
    connector.write(RemoteCalendarId("tags"), replace(draft(hours=1), sequence=1), written.etag)
    with pytest.raises(WriteConflictError):
        connector.write(RemoteCalendarId("tags"), replace(draft(hours=2), sequence=2), written.etag)
    connector.close()


def test_an_etag_that_a_put_does_not_give_is_asked_for(server: Radicale, source: DavSource) -> None:
    server.between = on("PUT", lambda serve: serve().without("etag"))
    written = source.connector.write(source.calendar, draft())
    found = source.connector.read(source.calendar, draft().event_id)
    assert found is not None
    assert written.etag == found.etag != None  # noqa: E711 - three are compared at once


def test_a_compressing_proxy_s_etag_is_the_server_s_own(server: Radicale, source: DavSource) -> None:
    def weaken(serve: Callable[[], Answered]) -> Answered:
        answer = serve()
        headers = tuple(
            (name, f'W/{value[:-1]}-gzip"' if name == "ETag" else value) for name, value in answer.headers
        )
        return replace(answer, headers=headers)

    server.between = on("GET", weaken)
    source.connector.write(source.calendar, draft())
    found = source.connector.read(source.calendar, draft().event_id)
    assert found is not None
    source.connector.write(source.calendar, replace(draft(hours=1), sequence=1), found.etag)


ERROR = '<error xmlns="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><{}/></error>'


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        ("400 Bad Request", "", WriteRefusedError),
        ("401 Unauthorized", "", SourceExpiredError),
        ("403 Forbidden", "", WriteRefusedError),
        ("403 Forbidden", ERROR.format("need-privileges"), WriteRefusedError),
        ("403 Forbidden", ERROR.format("C:no-uid-conflict"), WriteConflictError),
        ("403 Forbidden", ERROR.format("C:valid-calendar-data"), WriteRefusedError),
        ("405 Method Not Allowed", "", WriteRefusedError),
        ("409 Conflict", "", WriteConflictError),
        ("412 Precondition Failed", "", WriteConflictError),
        ("412 Precondition Failed", ERROR.format("C:valid-calendar-data"), WriteRefusedError),
        ("412 Precondition Failed", ERROR.format("C:no-uid-conflict"), WriteConflictError),
        ("413 Too Large", "", WriteRefusedError),
        ("415 Unsupported", "", WriteRefusedError),
        ("423 Locked", "", SourceUnavailableError),
        ("429 Too Many", "", SourceUnavailableError),
        ("500 Oops", "", WriteAmbiguousError),
        ("502 Bad Gateway", "", WriteAmbiguousError),
        ("503 Busy", "", SourceUnavailableError),
        ("504 Timeout", "", WriteAmbiguousError),
        ("507 Full", "", WriteRefusedError),
    ],
)
def test_each_refusal_has_one_meaning(
    server: Radicale, source: DavSource, status: str, body: str, kind: type[SourceError]
) -> None:
    source.connector.calendars()
    server.between = on("PUT", lambda serve: Answered(status, (), body.encode()))
    with pytest.raises(SourceError) as raised:
        source.connector.write(source.calendar, draft())
    assert type(raised.value) is kind


def test_a_plain_403_is_looked_into_before_it_is_taken_for_a_refusal(
    server: Radicale, source: DavSource
) -> None:
    source.hand.put(f"{source.path}theirs.ics", text(draft().event_id, "20261020T080000Z", "Theirs"))
    server.between = on("PUT", lambda serve: Answered("403 Forbidden"))
    with pytest.raises(WriteConflictError):
        source.connector.write(source.calendar, draft())


def test_an_error_after_the_write_was_done_leaves_one_event(server: Radicale, source: DavSource) -> None:
    def late(serve: Callable[[], Answered]) -> Answered:
        serve()
        return Answered("500 Oops")

    server.between = on("PUT", late)
    with pytest.raises(WriteAmbiguousError):
        source.connector.write(source.calendar, draft())
    server.between = None
    found = source.connector.read(source.calendar, draft().event_id)
    assert found is not None
    assert found.mark == draft().mark
    assert len(everything(source).objects) == 1


def test_a_copy_changed_between_look_and_deletion_is_looked_at_again(
    server: Radicale, source: DavSource
) -> None:
    source.connector.write(source.calendar, draft())
    name = f"{source.path}{draft().event_id}.ics"

    def meddle(exchange: Exchange, serve: Callable[[], Answered]) -> Answered:
        if exchange.method == "DELETE":
            server.between = None
            source.hand.put(name, text(draft().event_id, "20261020T080000Z", "Mine now"))
        return serve()

    server.between = meddle
    source.connector.withdraw(source.calendar, draft().event_id)
    assert titles(source, everything(source).objects) == ["Mine now"]


def test_a_refused_deletion_is_told(server: Radicale, source: DavSource) -> None:
    source.connector.write(source.calendar, draft())
    server.between = on("DELETE", lambda serve: Answered("403 Forbidden"))
    with pytest.raises(WriteRefusedError):
        source.connector.withdraw(source.calendar, draft().event_id)


def test_an_event_that_cannot_be_read_is_not_taken_for_none(server: Radicale, source: DavSource) -> None:
    source.connector.write(source.calendar, draft())
    answer = source.hand.ask("GET", f"{source.path}{draft().event_id}.ics").body.replace(
        b"DTSTART", b"X-START"
    )
    server.between = on("GET", lambda serve: serve().saying(answer))
    with pytest.raises(SourceError):
        source.connector.read(source.calendar, draft().event_id)


def test_listing_marks_again_asks_only_for_what_changed(server: Radicale, source: DavSource) -> None:
    fill(server, {source.path: [(f"e{n}", text(f"e{n}", "20261020T080000Z", "Old")) for n in range(9)]})
    source.connector.write(source.calendar, draft())
    assert len(source.connector.marked(source.calendar, None)) == 1
    server.asked.clear()
    assert len(source.connector.marked(source.calendar, None)) == 1
    assert [one.method for one in server.asked] == ["REPORT"]
