"""All checks at once: what `status`, `check` and `fsck` say, found one after the other beside who asked."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial

from daemon.app.access import Access
from daemon.app.check import Checked, check
from daemon.app.examine import Examined
from daemon.app.principal import OPERATOR, Principal
from daemon.app.status import gather
from engine.ids import ConnectorName
from engine.operations.health import Health
from engine.text.plain_text import one_line
from engine.time.span import Instant
from engine.trouble import Trouble, attempt

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at; `by` is the command that says the same."""

    by: str
    good: bool
    words: str


@dataclass(slots=True)
class AllChecks:
    """One run at a time, and what it has found so far; `doing` says what is looked at now."""

    found: tuple[Finding, ...] = ()
    doing: str = ""
    began: Instant | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def begin(self, access: Access, principal: Principal) -> None:
        """Run them anew; where a run is under way it goes on.

        Raises:
            NotAllowedError: no operator asks.
        """
        principal.must_be_operator("run the checks")
        with self._lock:
            if self.doing:
                return
            self.found, self.doing, self.began = (), "looking at the daemon", access.clock.now()
        threading.Thread(target=self.run, args=(access,), name="all checks", daemon=True).start()

    def run(self, access: Access) -> None:
        """Run them to their end, whatever is raised on the way."""
        for by, look in (("status", _status), ("check", _check), ("fsck", _fsck)):
            done = attempt(partial(self._add, by, look(access, self._say)))
            if isinstance(done, Trouble):
                self.found = (*self.found, Finding(by, False, done.line))
        self.doing = ""

    def _add(self, by: str, rows: Iterator[tuple[bool, str]]) -> None:
        for good, words in rows:
            self.found = (*self.found, Finding(by, good, one_line(words)))

    def _say(self, doing: str) -> None:
        self.doing = doing


def _status(access: Access, _say: Say) -> Iterator[tuple[bool, str]]:
    with access.store.reading() as tx:
        health = gather(tx, access.configuration, access.clock.now())
    yield from _health(health)


def _health(health: Health) -> Iterator[tuple[bool, str]]:
    well = health.daemon.is_well
    yield well, "The daemon works." if well else "The daemon is not well."
    bad = [one for one in health.connectors if one.state != "ok"]
    yield not bad, f"{len(health.connectors)} connectors: {len(health.connectors) - len(bad)} in step."
    for one in bad:
        yield False, f"{one.name} is {one.state}: {one.last_error or 'no reason was told'}."
    for count, words in (
        (health.writes_stuck, "bookings that are stuck"),
        (len(health.writes_left), "copies that wait for a connector which is in the files no more"),
        (len(health.set_aside), "things that are set aside"),
        (len(health.unread), "calendars with copies that could not be read"),
    ):
        yield not count, f"{count or 'No'} {words}."


def _check(access: Access, say: Say) -> Iterator[tuple[bool, str]]:
    names = [ConnectorName(one) for one in access.configuration.settings.connectors]
    with access.lend(names) as sources:
        report = check(
            OPERATOR,
            access.configuration,
            sources.values(),
            access.app_documents,
            None,
            access.clock,
            say,
        )
    for line in (*report.left_out, *report.store, *report.users):
        yield False, line
    for one in report.connectors:
        yield not (one.problems or one.cautions), f"{one.name}: {_words(one)}"


def _words(one: Checked) -> str:
    return "; ".join((*one.problems, *one.cautions)) or (
        "it is switched off" if one.disabled else "it answers"
    )


def _fsck(access: Access, say: Say) -> Iterator[tuple[bool, str]]:
    if access.examine is None:
        return
    say("comparing bookings with the calendars")
    yield from _examined(access.examine(say))


def _examined(found: Examined) -> Iterator[tuple[bool, str]]:
    if found.ok:
        yield True, f"The ledger holds together: {found.bookings} bookings are as they should be."
    for each in found.violations:
        yield False, f"Session {each.session[:8]}: {each.what}" if each.session else each.what
    for key, why in found.unread.items():
        yield False, f"{key} could not be read: {why}"
