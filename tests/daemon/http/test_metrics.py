"""Metrics as the official client reads them: who may see them, what they tell, and whom they never name."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from typing import Any, cast

import pytest
from httpx2 import Response
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client.metrics_core import Metric
from prometheus_client.parser import text_string_to_metric_families
from pytest_httpserver import HTTPServer
from starlette.testclient import TestClient

from daemon.app.insight.metrics import metrics_now
from daemon.http.exposition import exposed
from daemon.runtime.clock import SystemRandomness
from daemon.runtime.life import Life
from daemon.runtime.meters import Meters
from engine.errors import StoreUnavailableError
from engine.ids import ConnectorName
from engine.model.booking import BookingState
from engine.model.calendar import ConnectorState
from engine.model.session import SessionStatus
from engine.operations.metrics import (
    METRICS,
    OUTBOX_OLDEST,
    PULL_SECONDS,
    REQUESTS,
    TICK_LAG,
    Sample,
    Shape,
)
from engine.ports.store import Store
from tests.daemon.http.asking import Asked
from tests.standins.time import HandClock, StillClock
from tests.worlds.folder_world import FolderWorld

PROMISED = (
    "gatherly_connector_age_seconds",
    "gatherly_connector_state",
    "gatherly_pull_seconds",
    "gatherly_requests_total",
    "gatherly_quota_share",
    "gatherly_sessions",
    "gatherly_bookings",
    "gatherly_booking_seconds",
    "gatherly_writes_stuck",
    "gatherly_outbox_oldest_seconds",
    "gatherly_tick_lag_seconds",
    "gatherly_store_seconds",
    "gatherly_child_restarts_total",
)
"""What operators can rely on."""


def parsed(text: str) -> dict[str, Metric]:
    """Read it as Prometheus does."""
    return {one.name: one for one in text_string_to_metric_families(text)}


def values(text: str, name: str) -> dict[tuple[str, ...], float]:
    """Give a metric's values by its labels' values; of a histogram its counts."""
    found = {}
    for one in parsed(text).values():
        for sample in one.samples:
            if sample.name in (name, f"{name}_count"):
                found[tuple(sample.labels.values())] = sample.value
    return found


def seen(api: Asked) -> str:
    answer = api("root", "GET", "/metrics")
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    return answer.text


def test_every_name_stands_there_from_the_start_with_its_help_and_type(api: Asked) -> None:
    text = seen(api)
    for name in PROMISED:
        assert f"# HELP {name} " in text
        assert f"# TYPE {name} " in text
    shapes = {one.name.removesuffix("_total"): one.shape.value for one in METRICS}
    assert {name: one.type for name, one in parsed(text).items()} == shapes


def test_connectors_are_counted_by_kind_and_state(api: Asked, world: FolderWorld) -> None:
    api.work()
    text = seen(api)
    states = values(text, "gatherly_connector_state")
    assert {key for key in states if key[0] == "folder"} == {("folder", one.value) for one in ConnectorState}
    assert states["folder", "ok"] == 4
    assert values(text, "gatherly_connector_age_seconds") == {("folder",): 0}
    assert values(text, "gatherly_pull_seconds") == {("folder",): 4}
    world.folder("bob").rename(world.root / "elsewhere")
    world.clock.at += 7200
    api.work()
    text = seen(api)
    assert values(text, "gatherly_connector_state")["folder", "error"] == 1
    assert values(text, "gatherly_connector_age_seconds") == {("folder",): 7200}


def test_a_session_is_counted_on_its_way_to_the_booking_and_nobody_is_named(
    api: Asked, world: FolderWorld
) -> None:
    session = api.session(title="Heron")
    assert values(seen(api), "gatherly_sessions")[("pending",)] == 1
    assert api("alice", "POST", f"/v1/sessions/{session}/accept", {"slot": 1}).status_code == 200
    world.clock.at += 4
    api.work()
    text = seen(api)
    assert values(text, "gatherly_sessions") == {
        (one.value,): float(one is SessionStatus.SCHEDULED) for one in SessionStatus
    }
    bookings = values(text, "gatherly_bookings")
    assert set(bookings) == {(one.value,) for one in BookingState}
    assert bookings[("confirmed",)] == 1
    assert values(text, "gatherly_booking_seconds") == {(): 1}
    took = {sample.labels["le"]: sample.value for sample in _samples(text, "gatherly_booking_seconds_bucket")}
    assert (took["3.0"], took["5.0"], took["+Inf"]) == (0, 1, 1)
    assert set(values(text, "gatherly_store_seconds")) == {("read",), ("write",)}
    names = ("alice", "bob", "carol", "heron", session, str(world.root), "example.com")
    assert [word for word in names if word in text.lower()] == []


def _samples(text: str, name: str) -> Iterator[Any]:
    for one in parsed(text).values():
        yield from (sample for sample in one.samples if sample.name == name)


FEED = """
[connectors.feed]
kind = "ics"
user = "bob"
url = "{url}"
allow_private_network = true
"""


@pytest.fixture
def leaving() -> Iterator[HTTPServer]:
    """Give a server that may go away: the one of all tests may not."""
    with HTTPServer() as server:
        yield server


def test_requests_are_counted_by_who_keeps_the_calendar_and_what_came(
    world: FolderWorld, leaving: HTTPServer
) -> None:
    calendar = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nEND:VCALENDAR\r\n"
    for status in (200, 304, 799, 500):
        leaving.expect_ordered_request("/bob.ics").respond_with_data(calendar, status=status)
    with world.file.open("a") as file:
        file.write(FEED.format(url=leaving.url_for("/bob.ics")))
    with world.standing(), world.services() as services:
        api = Asked(world, services)
        for _ in range(4):
            services.pull.run(services.sources[ConnectorName("feed")])
        text = seen(api)
        leaving.stop()
        services.pull.run(services.sources[ConnectorName("feed")])
        after = values(seen(api), "gatherly_requests_total")
    expected = {("ics", status): 1.0 for status in ("200", "304", "other", "500")}
    assert values(text, "gatherly_requests_total") == expected
    assert after == expected | {("ics", "none"): 1.0}


def test_files_that_were_changed_since_are_told_by_the_daemon_that_works_without_them(
    world: FolderWorld,
) -> None:
    with world.standing(), world.services() as services:
        api, digest = Asked(world, services), services.configuration.digest
        Life(services.store, services.clock, SystemRandomness(), digest, services.lasting).beat()
        assert values(seen(api), "gatherly_configuration_current") == {(): 1}
        with world.file.open("a") as file:
            file.write("# a word more\n")
        assert values(seen(api), "gatherly_configuration_current") == {(): 0}
        told = api("root", "GET", "/v1/status").json()
    assert told["daemon"]["configuration"] == "older than the files"


def test_labels_do_not_grow_with_users(api: Asked) -> None:
    lines = len(seen(api).splitlines())
    api.session()
    before = seen(api).splitlines()
    for _ in range(3):
        api.asked_for(inviteeIds=["carol"])
    api.work()
    assert len(seen(api).splitlines()) == len(before) >= lines


WHO = {
    "loopback": (("127.0.0.1", 5), {}, 200),
    "loopback of version 6": (("::1", 5), {}, 200),
    "another machine": (("192.0.2.7", 5), {}, 401),
    "no address that anybody knows": (("elsewhere", 5), {}, 401),
    "loopback for somebody else": (("127.0.0.1", 5), {"X-Forwarded-For": "192.0.2.7"}, 401),
    "loopback for somebody else, by the standard": (("127.0.0.1", 5), {"Forwarded": "for=192.0.2.7"}, 401),
    "a wrong token from loopback": (("127.0.0.1", 5), {"Authorization": "Bearer none"}, 401),
}


@pytest.mark.parametrize("who", WHO)
def test_they_are_for_this_machine_and_for_operators(shared: Asked, who: str) -> None:
    client, headers, status = WHO[who]
    assert _from(shared, client, headers).status_code == status


def test_a_token_is_an_operators_from_wherever_it_comes(api: Asked) -> None:
    for client in (("127.0.0.1", 5), ("192.0.2.7", 5)):
        for person, status in (("alice", 403), ("root", 200)):
            headers = {"Authorization": f"Bearer {api.token(person)}"}
            assert _from(api, client, headers).status_code == status


def _from(api: Asked, client: tuple[str, int], headers: dict[str, str]) -> Response:
    asked = TestClient(api.application, base_url="http://127.0.0.1:8765", client=client)
    return asked.get("/metrics", headers=headers)


class Away:
    """A store that is away."""

    def reading(self) -> None:
        raise StoreUnavailableError("The server is away", "Start it")


def test_a_store_that_is_away_leaves_every_name_and_what_the_daemon_counts(api: Asked) -> None:
    api.work()
    access = replace(api.services.access, store=cast(Store, Away()))  # type: ignore[type-var] # a StoreAccess
    text = exposed(
        metrics_now(access.store, access.configuration, api.world.clock.at, access.meters)
    ).decode()
    assert values(text, "gatherly_store_up") == {(): 0}
    assert values(text, "gatherly_pull_seconds") == {("folder",): 4}
    assert values(text, "gatherly_sessions") == {}
    assert {one.name.removesuffix("_total") for one in METRICS} == set(parsed(text))


def test_what_is_asked_when_somebody_looks_may_fail_alone() -> None:
    meters = Meters(StillClock())
    meters.watch(OUTBOX_OLDEST, lambda: 1 / 0)
    meters.watch(TICK_LAG, lambda: 2.5)
    assert Sample(TICK_LAG, (), 2.5) in list(meters.samples())


def test_what_has_no_labels_stands_at_nought_from_the_start_so_that_a_first_one_is_a_rise() -> None:
    """Prometheus sees no rise in a series that begins at 1: one slow booking a day would never alert."""
    text = exposed(Meters(StillClock()).samples()).decode()
    alone = [one.name for one in METRICS if not one.labels and one.shape is not Shape.GAUGE]
    assert alone == ["gatherly_booking_seconds", "gatherly_child_restarts_total"]
    for name in alone:
        assert values(text, name) == {(): 0}
    buckets = [one.value for one in _samples(text, "gatherly_booking_seconds_bucket")]
    assert set(buckets) == {0}


@given(st.lists(st.floats(0, 1e6), max_size=60))
def test_a_histogram_adds_up(took: list[float]) -> None:
    meters = Meters(StillClock())
    for seconds in took:
        meters.observe(PULL_SECONDS, seconds, "folder")
    text = exposed(meters.samples()).decode()
    buckets = {one.labels["le"]: one.value for one in _samples(text, "gatherly_pull_seconds_bucket")}
    for bound, count in buckets.items():
        assert count == sum(seconds <= float(bound) for seconds in took)
    assert list(buckets.values()) == sorted(buckets.values())
    assert values(text, "gatherly_pull_seconds") == ({("folder",): len(took)} if took else {})


@given(st.integers())
def test_a_status_that_nobody_knows_makes_no_label_of_its_own(status: int) -> None:
    meters = Meters(StillClock())
    meters.answered("ics", status)
    ((_, told),) = [one.labels for one in meters.samples() if one.metric is REQUESTS]
    assert told == "other" or 100 <= int(told) < 600


def test_a_block_is_timed_however_it_ends() -> None:
    clock = HandClock()
    meters = Meters(clock)
    with suppress(ZeroDivisionError), meters.timed(PULL_SECONDS, "folder"):
        clock.at += 3
        raise ZeroDivisionError
    text = exposed(meters.samples()).decode()
    assert values(text, "gatherly_pull_seconds") == {("folder",): 1}
    assert 'gatherly_pull_seconds_sum{kind="folder"} 3.0' in text


def test_no_name_is_given_twice_and_each_says_its_unit() -> None:
    names = [one.name for one in METRICS]
    assert len(set(names)) == len(names)
    for one in METRICS:
        assert one.about.endswith(".")
        assert (one.shape is Shape.COUNTER) == one.name.endswith("_total")
        assert one.shape is not Shape.HISTOGRAM or one.name.endswith("_seconds")
