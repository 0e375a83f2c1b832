"""Webhooks and channels, over real sockets: signed, chosen, each once, and no longer than they are wanted."""

import hmac
import http.server
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from engine.model.booking import OutboxState
from engine.time.span import MINUTE
from tests.worlds.folder_world import Somebody
from tests.worlds.notice_world import ALICE, BOB, NoticeWorld, noticing


class Receiver:
    """A server that keeps what it is sent, and answers as it is told."""

    def __init__(self) -> None:
        self.status = 200
        self.taken: list[tuple[dict[str, str], bytes]] = []
        receiver = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def log_message(self, *_: Any) -> None:
                """Say nothing."""

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"] or 0))
                receiver.taken.append(({key.lower(): value for key, value in self.headers.items()}, body))
                self.send_response(receiver.status)
                self.send_header("Content-Length", "2")
                self.end_headers()
                self.wfile.write(b"{}")

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self.server.server_port

    @property
    def events(self) -> list[str]:
        return [json.loads(body)["event"] for _, body in self.taken]


@contextmanager
def receiving() -> Iterator[Receiver]:
    receiver = Receiver()
    thread = threading.Thread(target=receiver.server.serve_forever, daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        receiver.server.shutdown()
        receiver.server.server_close()


HOOK = """
[webhooks.crm]
url = "http://127.0.0.1:{port}/hook"
secret = "one secret"
allow_private_network = true
{more}
"""


@contextmanager
def hooked(root: Path, receiver: Receiver, more: str = "") -> Iterator[NoticeWorld]:
    hook = HOOK.format(port=receiver.port, more=more)
    with noticing(root, ALICE, BOB, settings=hook) as world, world.standing():
        world.run_once()
        yield world


def test_each_event_is_told_once_and_signed(tmp_path: Path) -> None:
    with receiving() as receiver, hooked(tmp_path, receiver) as world:
        session = world.create("alice", "bob", title="Osprey")
        world.run_once()
        world.accept(session)
        world.run_once()
        world.pass_time(10 * MINUTE)
        world.run_once()
        mine = sorted(event for event in receiver.events if event.startswith("session."))
        assert mine == ["session.accepted", "session.booked", "session.proposed"]
        for headers, body in receiver.taken:
            document = json.loads(body)
            assert {"id", "event", "at"} <= set(document)
            time, signature = (part.partition("=")[2] for part in headers["gatherly-signature"].split(","))
            signed = hmac.new(b"one secret", time.encode() + b"." + body, sha256).hexdigest()
            assert signature == signed
        told = [json.loads(body) for _, body in receiver.taken]
        about = [one for one in told if one["event"] != "connector.state"]
        assert {one["session"]["title"] for one in about} == {"Osprey"}
        noticed = sorted((one["kind"], one["user"]) for one in about if one["event"] == "notification")
        assert noticed == [("booked", "alice"), ("booked", "bob"), ("proposed", "alice")]


@pytest.mark.long
@pytest.mark.upload
def test_only_the_events_that_are_wanted_are_told(tmp_path: Path) -> None:
    with receiving() as receiver, hooked(tmp_path, receiver, 'events = ["session.cancelled"]') as world:
        session = world.create("alice", "bob")
        world.run_once()
        with world.services() as services:
            services.desk.cancel(session)
        world.run_once()
        assert receiver.events == ["session.cancelled"]


@pytest.mark.long
@pytest.mark.upload
def test_one_that_cannot_now_is_told_again_under_the_same_id(tmp_path: Path) -> None:
    with receiving() as receiver, hooked(tmp_path, receiver, 'events = ["session.proposed"]') as world:
        for status in (500, 503, 429, 408, 302):
            receiver.status = status
            receiver.taken.clear()
            world.create("alice", "bob")
            world.run_once()
            receiver.status = 200
            world.pass_time(30)
            world.run_once()
            ids = [json.loads(body)["id"] for _, body in receiver.taken]
            assert len(ids) == 2, status
            assert len(set(ids)) == 1, status
        world.pass_time(10 * MINUTE)
        world.run_once()
        assert len(receiver.taken) == 2


@pytest.mark.long
@pytest.mark.upload
def test_a_definite_no_is_final(tmp_path: Path) -> None:
    refusals = (400, 401, 404, 410, 422)
    with receiving() as receiver, hooked(tmp_path, receiver, 'events = ["session.proposed"]') as world:
        for status in refusals:
            receiver.status = status
            world.create("alice", "bob")
            world.run_once()
        world.pass_time(10 * MINUTE)
        world.run_once()
        assert len(receiver.taken) == len(refusals)
        with world.services() as services, services.store.reading() as tx:
            stuck = tx.repositories.dispatches.stuck()
        assert {(one.state, one.outlet) for one in stuck} == {(OutboxState.FAILED, "webhook/crm")}
        said = sorted(one.last_error or "" for one in stuck)
        assert all(str(status) in words for status, words in zip(refusals, said, strict=True))


CHANNELS = """[notify.phone]
url = "ntfy://127.0.0.1:{port}/topic"
allow_private_network = true
[notify.shut]
url = "ntfy://127.0.0.1:{port}/shut"
"""
PUSHED = Somebody(name="alice", extra='notify = ["phone", "shut"]')


@pytest.mark.long
@pytest.mark.upload
@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of what Apprise imports
def test_a_channel_is_told_once_and_private_addresses_only_where_it_may(tmp_path: Path) -> None:
    with receiving() as receiver:
        settings = CHANNELS.format(port=receiver.port)
        with noticing(tmp_path, PUSHED, BOB, settings=settings) as world, world.standing():
            world.create("alice", "bob", title="Osprey")
            world.run_once()
            world.pass_time(10 * MINUTE)
            world.run_once()
            told = [body for headers, body in receiver.taken if b"Osprey" in body + str(headers).encode()]
            assert len(told) == 1
            assert not [body for headers, body in receiver.taken if b"shut" in body]
            assert world.letters() == []
            with world.services() as services, services.store.reading() as tx:
                [refused] = tx.repositories.dispatches.stuck()
            assert (refused.outlet, refused.state) == ("shut", OutboxState.FAILED)
            assert "allow_private_network = true under [notify.shut]" in (refused.last_error or "")
