"""Push from Google and Outlook, over real sockets: channels, secrets, what a notice does and what not."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from config.configuration import Kinds
from config.loader import load
from connectors.gcal.scopes import WRITE_SCOPES
from connectors.registry import options_types
from connectors.sandbox.task import run_here
from daemon import wire
from daemon.http.application import make_application
from daemon.http.doors import Doors
from daemon.http.server import HttpServer
from daemon.runtime import guard
from daemon.services import Services
from daemon.sync.channels import STRETCH
from daemon.sync.push import CLAIM, PushJob
from engine.errors import ConfigurationError
from engine.ids import ConnectorName, RemoteCalendarId, UserId
from engine.model.calendar import CalendarAccount
from engine.model.integration import GrantStatus
from engine.model.operations import Grant
from engine.operations.pushed import DEBOUNCE, LATE, heard
from engine.time.instant import format_instant
from engine.time.span import DAY, HOUR, MINUTE
from tests.conftest import NOTHING_SERVED
from tests.connectors.outlook.world import SCOPES
from tests.standins.google.channels import deliver as google_delivers
from tests.standins.google.files import client_secret
from tests.standins.google.google import CLIENT as GOOGLE_CLIENT
from tests.standins.google.google import Google
from tests.standins.google.kindness import Kindness as GoogleKindness
from tests.standins.google.oauth import OAuth
from tests.standins.google.server import serving as google_serving
from tests.standins.outlook.kindness import Kindness
from tests.standins.outlook.login import Login
from tests.standins.outlook.outlook import CLIENT, Outlook
from tests.standins.outlook.owner import Owner
from tests.standins.outlook.server import serving
from tests.standins.outlook.subscriptions import deliver, lifecycle, notice
from tests.standins.required import free_port
from tests.standins.time import NOON, StillClock
from tests.store.blank import lay_blank_store

ALICE = "alice@example.com"
OUTLOOK, GOOGLE = ConnectorName("alice-outlook"), ConnectorName("alice-google")
PRIMARY = RemoteCalendarId("primary")
CONFIGURATION = """\
[store]
url = "sqlite:///gatherly.db"

[api]
listen = "127.0.0.1:{port}"
public_url = "http://127.0.0.1:{port}"

[users."alice@example.com"]
timezone = "Europe/Berlin"

[connectors.alice-outlook]
kind = "outlook"
user = "alice@example.com"
read = ["primary"]
client_id = "{client}"
api_root = "{outlook}"
authority = "{outlook}"
push = true
allow_private_network = true

[connectors.alice-google]
kind = "google"
user = "alice@example.com"
read = ["primary"]
client_secret_file = "client.json"
api_root = "{google}"
token_uri = "{google}/token"
push = true
allow_private_network = true
"""


@dataclass
class Pushed:
    """A daemon that is told by both providers."""

    services: Services
    outlook: Outlook
    google: Google
    clock: StillClock

    def pass_by(self, seconds: int) -> None:
        self.clock.at += seconds
        self.outlook.state.clock.at = self.google.state.clock.at = float(self.clock.at)

    def read(self, name: ConnectorName, by: Services | None = None) -> int:
        services = by or self.services
        pulled = services.pull.run(services.sources[name])
        assert pulled.error is None, pulled.error
        assert (pulled.elsewhere, pulled.held) == (False, None)
        return pulled.changed

    def account(self, name: ConnectorName) -> CalendarAccount:
        with self.services.store.reading() as tx:
            account = tx.calendars.account(name)
        assert account is not None
        return account

    def next_run(self, name: ConnectorName) -> int:
        return self.account(name).next_run

    def is_polled_seldom(self, name: ConnectorName, by: Services) -> bool:
        """Read once more without news, and tell whether it is then further to the next time than `every`."""
        assert self.read(name, by) == 0
        return self.next_run(name) - self.clock.at > 1.5 * by.sources[name].every

    def kept(self) -> dict[str, str]:
        """Tell which channel the store has of each connector."""
        with self.services.store.reading() as tx:
            rows = tx.repositories.channels.all()
        return {str(one.connector): one.channel.id for one in rows if one.channel is not None}

    def restarted(self, public: str | None = "", **read: tuple[RemoteCalendarId, ...]) -> PushJob:
        """Give the job of a process that begins anew with what is kept; `read` are other calendars."""
        sources = [
            replace(one, read=read.get(one.name.partition("-")[2], one.read))
            for one in self.services.sources.values()
        ]
        made = self.services.push
        where = made._public if public == "" else public
        self.services.access.channels.__init__()  # type: ignore[misc] # it knows nothing yet
        channels = self.services.access.channels
        return PushJob(self.services.store, self.clock, sources, channels, made._identifier, where)

    def begin(self) -> None:
        """Begin anew: no channel anywhere, nothing waits, and no notice was ever missed."""
        with self.services.store.writing() as tx:
            for account in tx.calendars.accounts():
                tx.calendars.put_account(replace(account, missed=False))
            for row in tx.repositories.channels.all():
                tx.repositories.channels.delete(row.id)
        for state in (self.outlook.state, self.google.state):
            state.notices.clear()
            state.settings.push = "sent"
        self.outlook.state.subscriptions.clear()
        self.google.state.channels.clear()
        self.outlook.log.clear()
        self.outlook.state.settings.kindness = KIND
        self.google.state.settings.kindness = GoogleKindness(prompt_lists=True)
        self.services.push._waits.clear()
        self.services.access.channels.__init__()  # type: ignore[misc] # it knows nothing yet
        self.pass_by(HOUR)

    def settle(self) -> None:
        """Read both, open their channels, and let both providers say what they have to."""
        for name in (OUTLOOK, GOOGLE):
            self.read(name)
        assert self.services.push.run() == 2
        self.deliver()

    def lists_lag(self, seconds: int) -> None:
        """Let what both providers list be late by so much."""
        self.outlook.state.settings.kindness = replace(KIND, prompt_lists=False)
        self.google.state.settings.kindness = GoogleKindness(prompt_lists=False)
        self.outlook.state.settings.list_lag = self.google.state.settings.list_lag = float(seconds)

    def deliver(self) -> list[int]:
        told = [google_delivers(one) for one in self.google.state.notices]
        told += [deliver(one) for one in self.outlook.state.notices]
        self.google.state.notices.clear()
        self.outlook.state.notices.clear()
        return told

    def put(self) -> None:
        """Put an event into both calendars."""
        start, end = (format_instant(self.clock.at + DAY + more) for more in (0, HOUR))
        Owner(self.outlook, self.outlook.account(ALICE)).put(start.rstrip("Z"), end.rstrip("Z"))
        times = {"start": {"dateTime": start}, "end": {"dateTime": end}}
        self.google.api(ALICE).insert({"calendarId": "primary"}, {}, times)
        for channel in list(self.google.state.channels.values()):
            headers = {"X-Goog-Channel-ID": channel.id, "X-Goog-Resource-State": "exists"}
            headers["X-Goog-Channel-Token"] = str(channel.token)
            self.google.state.notices.append({"address": channel.address, "headers": headers})

    def asked(self) -> list[str]:
        """Tell what Microsoft was asked of subscriptions."""
        return [
            one.operation.partition(".")[2]
            for one in self.outlook.log
            if one.operation.startswith("subscriptions")
        ]


KIND = Kindness(prompt_lists=True, plain_push=True)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pushed]:
    folder = tmp_path_factory.mktemp("pushed")
    outlook = Outlook(kindness=KIND)
    google = Google(kindness=GoogleKindness(prompt_lists=True))
    outlook.account(ALICE)
    google.account(ALICE)
    first, _ = Login(outlook.state).grant(CLIENT.id, ALICE, SCOPES)
    second, _ = OAuth(google.state).grant(GOOGLE_CLIENT.id, ALICE, WRITE_SCOPES)
    clock, port = StillClock(), free_port()
    with (
        serving(outlook) as at_outlook,
        google_serving(google) as at_google,
        pytest.MonkeyPatch.context() as m,
    ):
        m.delenv(NOTHING_SERVED)
        (folder / "client.json").write_text(json.dumps(client_secret(at_google.url)))
        lay_blank_store(folder)
        file = folder / "gatherly.toml"
        places = {"outlook": at_outlook.url, "google": at_google.url, "client": CLIENT.id}
        file.write_text(CONFIGURATION.format(port=port, **places))
        with wire.open_daemon(file, clock=clock) as services:
            with services.store.writing() as tx:
                for name, provider, refresh in ((OUTLOOK, "outlook", first), (GOOGLE, "google", second)):
                    tx.repositories.grants.put(_grant(name, provider, refresh))
            server = HttpServer(
                make_application(Doors.of(services.access, run_here)), services.configuration.settings.api
            )
            server.begin()
            yield Pushed(services, outlook, google, clock)
            server.finish()
    assert outlook.violations == []
    assert google.violations == []


@pytest.fixture
def pushed(built: Pushed) -> Pushed:
    built.begin()
    return built


def _grant(name: ConnectorName, provider: str, refresh: str) -> Grant:
    return Grant(
        connector=name,
        user_id=UserId(ALICE),
        provider=provider,
        refresh_token=refresh,
        status=GrantStatus.CONNECTED,
        created_at=NOON,
        updated_at=NOON,
    )


def test_a_notice_has_the_connector_read_soon_and_once(pushed: Pushed) -> None:
    pushed.settle()
    pushed.pass_by(MINUTE)
    pushed.put()
    before = {name: pushed.next_run(name) for name in (OUTLOOK, GOOGLE)}
    assert set(pushed.deliver()) == {202}
    for name in (OUTLOOK, GOOGLE):
        assert pushed.next_run(name) <= pushed.clock.at + 1 < before[name]
        assert pushed.read(name) == 1


@pytest.mark.parametrize("name", [OUTLOOK, GOOGLE])
@pytest.mark.parametrize("lag", [5, 45])
def test_a_change_that_no_list_shows_yet_is_read_soon_after_its_notice(
    pushed: Pushed, name: ConnectorName, lag: int
) -> None:
    pushed.settle()
    pushed.pass_by(MINUTE)
    pushed.lists_lag(lag)
    pushed.put()
    pushed.deliver()
    put_at, changed = pushed.clock.at, pushed.read(name)
    assert changed == 0
    while not changed and pushed.clock.at < put_at + HOUR:
        pushed.pass_by(pushed.next_run(name) - pushed.clock.at)
        changed = pushed.read(name)
    assert pushed.clock.at - put_at <= 2 * max(lag, LATE)
    assert not pushed.account(name).missed


@pytest.mark.parametrize("name", [OUTLOOK, GOOGLE])
def test_a_notice_that_nothing_comes_of_has_the_connector_read_a_few_times_more(
    pushed: Pushed, name: ConnectorName
) -> None:
    pushed.settle()
    pushed.pass_by(MINUTE)
    pushed.put()
    assert pushed.read(name) == 1
    pushed.pass_by(MINUTE)
    pushed.deliver()
    waits = list[int]()
    while not waits or waits[-1] < MINUTE * 2:
        assert pushed.read(name) == 0
        waits.append(pushed.next_run(name) - pushed.clock.at)
        pushed.pass_by(waits[-1])
    *soon, afterwards = waits
    assert soon == [10, 10, 20, 40, 80]
    assert afterwards < 1.1 * pushed.services.sources[name].every
    assert pushed.is_polled_seldom(name, pushed.services)


def test_however_many_notices_make_two_reads_due_in_a_window(pushed: Pushed) -> None:
    pushed.settle()
    pushed.pass_by(MINUTE)
    (subscription,) = pushed.outlook.state.subscriptions.values()
    body = {"value": [notice(subscription)]}
    due = set()
    for _ in range(50):
        assert deliver({"address": subscription.address, "body": body}) == 202
        due.add(pushed.next_run(OUTLOOK))
    assert len(due) <= 2
    assert max(due) <= pushed.clock.at + DEBOUNCE + 1


def test_a_forged_notice_does_nothing(pushed: Pushed) -> None:
    pushed.settle()
    before = pushed.next_run(OUTLOOK), pushed.next_run(GOOGLE)
    (subscription,) = pushed.outlook.state.subscriptions.values()
    (channel,) = pushed.google.state.channels.values()
    theirs, address = notice(subscription), subscription.address
    forged = [
        (address, {"value": [notice(subscription, "guessed")]}),
        (address, {"value": [theirs, notice(subscription, "guessed")]}),
        (address, {"value": [{name: one for name, one in theirs.items() if name != "clientState"}]}),
        (address, {"value": []}),
        (address, {"value": 3}),
        (address, []),
        (address[:-4] + "AAAA", {"value": [theirs]}),
        (channel.address, {"value": [theirs]}),
        (address.replace("/push/", "/push/%ff"), {"value": [theirs]}),
    ]
    assert {deliver({"address": place, "body": body}) for place, body in forged} == {404}
    headers = {"X-Goog-Resource-State": "exists", "X-Goog-Channel-ID": channel.id}
    for token in ("", "guessed", str(subscription.secret)):
        headers["X-Goog-Channel-Token"] = token
        assert google_delivers({"address": channel.address, "headers": headers}) == 404
    assert (pushed.next_run(OUTLOOK), pushed.next_run(GOOGLE)) == before


def test_addresses_and_secrets_are_the_same_after_a_restart_and_differ_by_connector(pushed: Pushed) -> None:
    pushed.settle()
    (subscription,) = pushed.outlook.state.subscriptions.values()
    (channel,) = pushed.google.state.channels.values()
    assert len({subscription.address, channel.address}) == 2
    assert len({subscription.secret, channel.token}) == 2
    assert str(subscription.secret) not in subscription.address


@pytest.mark.parametrize("several", [True, False])
def test_the_next_channel_is_open_before_the_last_is_closed(pushed: Pushed, several: bool) -> None:
    """By the book Microsoft refuses a second subscription: then the first one goes on."""
    pushed.outlook.state.settings.kindness = replace(KIND, several_subscriptions=several)
    pushed.settle()
    old = set(pushed.outlook.state.subscriptions), set(pushed.google.state.channels)
    pushed.pass_by(13 * HOUR)
    assert pushed.services.push.run() == 0
    pushed.pass_by(2 * HOUR)
    assert pushed.services.push.run() == 1
    pushed.pass_by(DAY)
    assert pushed.services.push.run() == 2
    assert len(pushed.outlook.state.subscriptions) == len(pushed.google.state.channels) == 1
    assert not old[1] & set(pushed.google.state.channels)
    (subscription,) = pushed.outlook.state.subscriptions.values()
    assert subscription.expires > pushed.clock.at + 2 * DAY
    assert pushed.kept()[OUTLOOK] == subscription.id
    again = ["create", "delete"] if several else ["create", "get", "renew"]
    assert pushed.asked() == ["create", *again * 2]


def test_channels_outlive_the_process_that_opened_them(pushed: Pushed) -> None:
    pushed.settle()
    before, asked = pushed.kept(), len(pushed.outlook.log)
    pushed.pass_by(HOUR)
    job = pushed.restarted()
    assert job.run() == 0
    assert (pushed.kept(), len(pushed.outlook.log)) == (before, asked)
    assert pushed.services.access.channels.is_healthy(OUTLOOK, pushed.clock.at)
    pushed.pass_by(2 * DAY)
    assert job.run() == 2
    assert len(pushed.outlook.state.subscriptions) == len(pushed.google.state.channels) == 1


class Killed(BaseException):
    """The process ends here."""


@pytest.mark.parametrize("name", [OUTLOOK, GOOGLE])
@pytest.mark.parametrize("call", ["open_channel", "close_channel"])
@pytest.mark.parametrize("done", [True, False])
def test_a_process_that_is_killed_leaves_no_second_channel(
    pushed: Pushed, monkeypatch: pytest.MonkeyPatch, name: ConnectorName, call: str, done: bool
) -> None:
    """But for one of Google's whose answer nobody heard: that one ends by itself."""
    pushed.outlook.state.settings.kindness = replace(KIND, several_subscriptions=call == "close_channel")
    connector = pushed.services.sources[name].connector
    if call == "close_channel":
        pushed.settle()
        pushed.pass_by(2 * DAY)
    real = getattr(connector, call)

    def killed(*args: object) -> None:
        if done:
            real(*args)
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(connector, call, killed)
        patch.setattr(guard, "attempt", lambda work: work())
        with pytest.raises(Killed):
            pushed.services.push.run()
    job = pushed.restarted()
    pushed.pass_by(CLAIM)
    job.run()
    pushed.pass_by(1)
    assert job.run() == 0
    left = set(pushed.outlook.state.subscriptions if name == OUTLOOK else pushed.google.state.channels)
    unheard = name == GOOGLE and call == "open_channel" and done
    assert len(left) == 1 + unheard
    assert pushed.kept()[name] in left


def test_of_several_daemons_one_opens_a_channel(pushed: Pushed, monkeypatch: pytest.MonkeyPatch) -> None:
    connector, other = pushed.services.sources[GOOGLE].connector, pushed.restarted()
    real, opened = connector.open_channel, []  # type: ignore[attr-defined] # it pushes

    def open_channel(*args: object) -> object:
        opened.append(other.run())
        return real(*args)

    monkeypatch.setattr(connector, "open_channel", open_channel)
    pushed.services.push.run()
    assert opened == [0]
    assert len(pushed.google.state.channels) == 1


def test_channels_are_closed_once_push_is_switched_off(pushed: Pushed) -> None:
    pushed.settle()
    assert pushed.restarted(None).run() == 0
    assert (pushed.outlook.state.subscriptions, pushed.google.state.channels, pushed.kept()) == ({}, {}, {})


def test_channels_to_where_the_daemon_was_before_are_closed_and_others_opened(pushed: Pushed) -> None:
    pushed.settle()
    (old,) = pushed.outlook.state.subscriptions.values()
    pushed.outlook.state.subscriptions[old.id] = replace(old, address="http://before.example.com/push/x")
    with pushed.services.store.writing() as tx:
        for row in tx.repositories.channels.all():
            tx.repositories.channels.put(replace(row, place="before"))
    job, before = pushed.restarted(), pushed.kept()
    assert job.run() == 2
    assert len(pushed.outlook.state.subscriptions) == len(pushed.google.state.channels) == 1
    assert not before.items() & pushed.kept().items()


def test_a_calendar_that_cannot_be_subscribed_to_holds_up_no_other(pushed: Pushed) -> None:
    """Microsoft tells nothing of calendars that others share: those are polled as often as ever."""
    bob = pushed.outlook.account("bob@example.com")
    bob.shared[ALICE] = "read"
    job = pushed.restarted(outlook=(RemoteCalendarId(bob.id), PRIMARY))
    assert job.run() == 2
    assert [one.calendar for one in pushed.outlook.state.subscriptions.values()] != [bob.id]
    assert not pushed.services.access.channels.is_healthy(OUTLOOK, pushed.clock.at)
    asked = len(pushed.outlook.log)
    assert job.run() == 0
    assert len(pushed.outlook.log) == asked


def test_another_installations_subscription_is_left_alone(pushed: Pushed) -> None:
    pushed.settle()
    (subscription,) = pushed.outlook.state.subscriptions.values()
    pushed.begin()
    pushed.outlook.state.subscriptions[subscription.id] = replace(
        subscription, address="http://elsewhere", expires=pushed.clock.at + DAY
    )
    assert pushed.services.push.run() == 1
    assert list(pushed.outlook.state.subscriptions) == [subscription.id]
    assert pushed.asked() == ["create", "get"]
    assert not pushed.services.access.channels.is_healthy(OUTLOOK, pushed.clock.at)


def test_polling_goes_on_more_seldom_while_push_is_healthy(pushed: Pushed) -> None:
    source = pushed.services.sources[OUTLOOK]
    pushed.read(OUTLOOK)
    plain = pushed.next_run(OUTLOOK) - pushed.clock.at
    pushed.settle()
    pushed.read(OUTLOOK)
    longer = pushed.next_run(OUTLOOK) - pushed.clock.at
    assert plain < 1.1 * source.every
    assert 1.5 * source.every < longer < 1.1 * STRETCH * source.every


def test_a_change_that_no_notice_told_of_brings_polling_back(pushed: Pushed) -> None:
    pushed.settle()
    pushed.pass_by(MINUTE)
    pushed.read(OUTLOOK)
    pushed.outlook.state.settings.push = "lost"
    pushed.pass_by(MINUTE)
    pushed.put()
    assert pushed.read(OUTLOOK) == 1
    assert pushed.next_run(OUTLOOK) - pushed.clock.at < 1.1 * pushed.services.sources[OUTLOOK].every


@pytest.mark.parametrize("event", ["subscriptionRemoved", "reauthorizationRequired"])
def test_a_subscription_that_ends_is_opened_anew_or_goes_on(pushed: Pushed, event: str) -> None:
    pushed.settle()
    (subscription,) = pushed.outlook.state.subscriptions.values()
    removed = event == "subscriptionRemoved"
    if removed:
        del pushed.outlook.state.subscriptions[subscription.id]
    assert deliver({"address": subscription.address, "body": lifecycle(subscription, event)}) == 202
    assert not pushed.services.access.channels.is_healthy(OUTLOOK, pushed.clock.at)
    assert pushed.services.push.run() == 1
    assert (subscription.id in pushed.outlook.state.subscriptions) is not removed
    assert pushed.asked()[1:] == (["create", "delete"] if removed else ["create", "get", "renew"])
    assert pushed.services.access.channels.is_healthy(OUTLOOK, pushed.clock.at)


def test_changes_from_before_anybody_listened_shake_no_trust(pushed: Pushed) -> None:
    pushed.settle()
    pushed.pass_by(MINUTE)
    pushed.put()
    pushed.outlook.state.notices.clear()
    pushed.pass_by(MINUTE)
    assert pushed.restarted().run() == 0
    assert pushed.read(OUTLOOK) == 1
    assert pushed.services.access.channels.is_healthy(OUTLOOK, pushed.clock.at)


def test_a_missed_notice_is_a_reason_to_read(pushed: Pushed) -> None:
    pushed.settle()
    pushed.pass_by(MINUTE)
    (subscription,) = pushed.outlook.state.subscriptions.values()
    assert deliver({"address": subscription.address, "body": lifecycle(subscription, "missed")}) == 202
    assert pushed.next_run(OUTLOOK) <= pushed.clock.at + 1


def test_a_channel_that_cannot_be_opened_is_tried_again_later_and_polling_goes_on(pushed: Pushed) -> None:
    pushed.outlook.state.settings.kindness = replace(pushed.outlook.state.settings.kindness, plain_push=False)
    pushed.read(OUTLOOK)
    assert pushed.services.push.run() == 1
    assert pushed.services.push.run() == 0
    assert pushed.next_run(OUTLOOK) - pushed.clock.at < 1.1 * pushed.services.sources[OUTLOOK].every
    tried = len(pushed.outlook.log)
    pushed.pass_by(MINUTE)
    pushed.services.push.run()
    assert len(pushed.outlook.log) == tried
    pushed.outlook.state.settings.kindness = replace(pushed.outlook.state.settings.kindness, plain_push=True)
    pushed.pass_by(5 * MINUTE)
    assert pushed.services.push.run() == 1


def test_a_wake_during_a_read_is_not_lost(pushed: Pushed, monkeypatch: pytest.MonkeyPatch) -> None:
    pushed.settle()
    pushed.pass_by(MINUTE)
    (subscription,) = pushed.outlook.state.subscriptions.values()
    inner = pushed.services.sources[OUTLOOK].connector
    real = inner.changes
    body = {"value": [notice(subscription)]}

    def changes(*args: object) -> object:
        found = real(*args)  # type: ignore[arg-type]
        assert deliver({"address": subscription.address, "body": body}) == 202
        return found

    monkeypatch.setattr(inner, "changes", changes)
    pushed.read(OUTLOOK)
    assert pushed.next_run(OUTLOOK) <= pushed.clock.at + 1


@pytest.mark.parametrize("public", ["", 'public_url = "http://gatherly.example.com"'])
def test_push_without_a_public_address_is_refused(tmp_path: Path, public: str) -> None:
    file = tmp_path / "gatherly.toml"
    file.write_text(
        f'[api]\n{public}\n[users.a]\n[connectors.x]\nkind = "outlook"\nuser = "a"\n'
        'client_id = "x"\npush = true\n'
    )
    with pytest.raises(ConfigurationError, match="push needs a public address by https"):
        load(file, kinds=Kinds(options_types()), env={})


@pytest.fixture
def poll(pushed: Pushed) -> Iterator[Services]:
    """Another process over the same store: it reads, and what is pushed comes to the first."""
    file = pushed.services.configuration.file
    with wire.open_daemon(file, lock=False, clock=pushed.clock) as services:
        pushed.settle()
        services.push.run()
        pushed.pass_by(MINUTE)
        for name in (OUTLOOK, GOOGLE):
            assert pushed.is_polled_seldom(name, services)
        pushed.pass_by(MINUTE)
        yield services


@pytest.mark.parametrize("name", [OUTLOOK, GOOGLE])
def test_what_one_process_hears_the_other_has_not_missed(
    pushed: Pushed, poll: Services, name: ConnectorName
) -> None:
    for _ in range(3):
        pushed.put()
        pushed.deliver()
        assert pushed.read(name, poll) == 1
        pushed.pass_by(MINUTE)
        assert pushed.is_polled_seldom(name, poll)
        pushed.pass_by(HOUR)


def test_what_no_process_heard_has_all_of_them_poll_until_one_hears_again(
    pushed: Pushed, poll: Services
) -> None:
    pushed.put()
    pushed.google.state.notices.clear()
    pushed.outlook.state.notices.clear()
    for name in (OUTLOOK, GOOGLE):
        assert pushed.read(name, poll) == 1
    pushed.pass_by(MINUTE)
    for name in (OUTLOOK, GOOGLE):
        assert not pushed.is_polled_seldom(name, poll)
        assert not pushed.is_polled_seldom(name, pushed.services)
    pushed.put()
    pushed.deliver()
    for name in (OUTLOOK, GOOGLE):
        assert pushed.read(name, poll) == 1
        pushed.pass_by(MINUTE)
        assert pushed.is_polled_seldom(name, pushed.services)


def test_a_notice_that_comes_while_another_process_reads_is_no_missed_one(
    pushed: Pushed, poll: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    inner = poll.sources[OUTLOOK].connector
    real = inner.changes

    def changes(*args: object) -> object:
        pushed.put()
        found = real(*args)  # type: ignore[arg-type] # as it was called
        pushed.deliver()
        return found

    with monkeypatch.context() as patch:
        patch.setattr(inner, "changes", changes)
        assert pushed.read(OUTLOOK, poll) == 1
    assert pushed.next_run(OUTLOOK) <= pushed.clock.at + 1
    assert not pushed.account(OUTLOOK).missed


def test_a_notice_that_comes_while_the_connector_rests_counts_all_the_same(
    pushed: Pushed, poll: Services
) -> None:
    with pushed.services.store.writing() as tx:
        tx.calendars.put_account(replace(pushed.account(OUTLOOK), failures=1, next_run=pushed.clock.at + 600))
    pushed.put()
    pushed.deliver()
    assert pushed.next_run(OUTLOOK) == pushed.clock.at + 600
    pushed.pass_by(600)
    assert pushed.read(OUTLOOK, poll) == 1
    pushed.pass_by(MINUTE)
    assert pushed.is_polled_seldom(OUTLOOK, poll)


def test_what_is_due_is_told_once_in_a_window() -> None:
    account, told = CalendarAccount(connector=OUTLOOK, user_id=UserId(ALICE), kind="outlook"), []
    for now in (10, 10, 10, 11, 15, 15, 16, 30):
        after = heard(account, now)
        told.append(None if after is None else after.heard)
        account = after or account
    assert told == [10, 15, None, None, 20, None, None, 30]


def test_a_clock_that_was_set_back_swallows_no_notice() -> None:
    account = CalendarAccount(connector=OUTLOOK, user_id=UserId(ALICE), kind="outlook", heard=NOON + DAY)
    after = heard(account, NOON)
    assert after is not None
    assert after.heard == NOON
