"""A thin DAV client: one account, the servers that discovery led to, a deadline, errors with a remedy."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from types import MappingProxyType

from connectors.ical.caldav import bodies
from connectors.ical.caldav.budget import Budget
from connectors.ical.caldav.login import Login
from connectors.ical.caldav.multistatus import GONE, Multistatus
from connectors.ical.caldav.places import beside, led
from connectors.ical.caldav.tasks import (
    MULTISTATUS,
    PRECONDITIONS,
    RESOURCE,
    multistatus_of,
    preconditions_of,
)
from connectors.ical.reading.sandboxed import CUT_CPU
from connectors.sandbox.frames import objects_of, ordered
from connectors.sandbox.measure import Measure, Measuring, calendar
from connectors.sandbox.task import RefusedError, Runner, UnfinishedError
from connectors.web.answer import Answer, CallFailedError
from connectors.web.http import REDIRECTS, Http
from connectors.web.network import Deadline
from connectors.web.urls import HTTPS, BadAddressError, Origin, Url, raw_header
from engine.errors import (
    HeldBackError,
    SourceError,
    SourceExpiredError,
    SourceIncompleteError,
    SourceUnavailableError,
)
from engine.model.calendar_object import RawObject
from engine.ports.world import Clock
from engine.time.span import Instant

REQUEST_SECONDS = 20.0
"""The deadline of one request, connecting and reading included."""

LARGEST_XML = 5 * 1024 * 1024
THROTTLED = frozenset({429, 503})
WRITES = frozenset({"PUT", "DELETE"})
_XML = MappingProxyType({"Content-Type": "application/xml; charset=utf-8"})


class MovedError(SourceUnavailableError):
    """What was asked for is elsewhere (`target`), or nowhere: it has to be looked for anew."""

    def __init__(self, what: str, remedy: str = "", *, target: Url | None = None) -> None:
        super().__init__(what, remedy)
        self.target = target


class DavClient:
    """Asks in the name of one account; safe to share between threads.

    The password goes only to origins that were named by the operator or by discovery (`trust`).
    """

    def __init__(
        self,
        url: Url,
        *,
        http: Http,
        login: Login,
        budget: Budget,
        clock: Clock,
        run: Runner,
        seconds: float = REQUEST_SECONDS,
    ) -> None:
        self._url = url
        self._run = run
        self._measuring = Measuring()
        self._http = http
        self._seconds = seconds
        self._login = login
        self._budget = budget
        self._clock = clock
        self._deadline = Deadline(clock)
        self._trusted = {url.origin}

    @property
    def login(self) -> Login:
        """How it logs in."""
        return self._login

    def reads_held(self) -> HeldBackError | None:
        """Say why nothing would be read now, and for how long; None where it would be."""
        return self._budget.reads_held()

    def writes_held(self) -> HeldBackError | None:
        """Say why no write would be sent now, and for how long; None where one would be."""
        return self._budget.writes_held()

    def now(self) -> Instant:
        """Tell the time."""
        return self._clock.now()

    @contextmanager
    def within(self, seconds: float) -> Iterator[None]:
        """Give all that is asked in the block that many seconds together, and one calendar's measure."""
        before = self._measuring.measure
        self._measuring.measure = calendar(before)
        try:
            with self._deadline.within(seconds):
                yield
        finally:
            self._measuring.measure = before

    @contextmanager
    def one_read(self, seconds: float) -> Iterator[None]:
        """Give all that is asked in the block, of however many calendars, one deadline and one measure."""
        with self._measuring.one_read(), self._deadline.within(seconds):
            yield

    def trust(self, url: Url, led_from: Url | None = None) -> None:
        """Let the password go where discovery has led, now or at an earlier start (None).

        From https it may lead to any other server with https (iCloud's numbered hosts); from http only to
        the https of the same server.

        Raises:
            SourceUnavailableError: it leads elsewhere.
        """
        before = led_from or self._url
        if not may_lead(before.origin, url.origin):
            raise SourceUnavailableError(
                f"{before.label} leads to {url.origin.netloc}, to which no password is sent",
                "Give the final address, with https",
            )
        self._trusted.add(url.origin)

    def is_trusted(self, url: Url) -> bool:
        """Tell whether an address is on a server that discovery led to."""
        return url.origin in self._trusted

    def call(
        self, method: str, url: Url, *, headers: Mapping[str, str] = MappingProxyType({}), body: bytes = b""
    ) -> Answer:
        """Ask once, logged in; gives any answer but 401, 429 and 503.

        Raises:
            SourceExpiredError: the server answered that the password is wrong.
            SourceUnavailableError: no answer, or a pause is asked for.
        """
        if not self.is_trusted(url):
            raise SourceUnavailableError(
                f"{url.label} is on another server than the calendar's own ({url.origin.netloc})",
                "No password is sent there; give its address if it is yours",
            )
        answer, sent = self._ask(method, url, headers, body)
        challenge = answer.headers.get("www-authenticate", "")
        if answer.status == 401 and self._login.learn(method, url, sent, challenge):
            answer, _ = self._ask(method, url, headers, body)
        if answer.status == 401:
            raise SourceExpiredError(
                f"{url.label} does not accept the user name and password (401)",
                "Set the password anew; iCloud and Fastmail want an app-specific one",
            )
        if answer.status in THROTTLED:
            pause = self._budget.refused(answer.retry_after, writing=method in WRITES)
            raise SourceUnavailableError(
                f"{url.label} asks for a pause ({answer.status})",
                f"It is asked again in {pause} s",
                retry_after=pause,
            )
        self._budget.served(writing=method in WRITES)
        return answer

    def propfind(self, url: Url, names: Iterable[str], depth: int) -> Multistatus:
        """Read properties of a resource, and with depth 1 of what it holds."""
        answer = self.call(
            "PROPFIND", url, headers={**_XML, "Depth": str(depth)}, body=bodies.propfind(names)
        )
        read = self.multistatus(answer)
        if any(one.status in GONE and _is_same(answer.url, one.href) for one in read.members):
            raise MovedError(f"{url.label} is not there (404)", "Check url and the calendar's name")
        return read

    def multistatus(self, answer: Answer) -> Multistatus:
        """Read an answer that has to be a multistatus, in a child.

        Raises:
            MovedError: it is a redirect, or says that there is nothing.
            SourceUnavailableError: it has another status.
            SourceIncompleteError: it is not what it says, or more than a read may bring.
        """
        if answer.status != 207:
            raise failure(answer)
        place = answer.url.label
        members, token = multistatus_of(self._done(MULTISTATUS, ordered(place, answer.body), place))
        self._measure().take(len(answer.body), len(members))
        return Multistatus(answer.url, members, token)

    def resource(self, answer: Answer) -> RawObject | None:
        """Make one object of a resource's text, in a child; None where it holds no event.

        Raises:
            SourceIncompleteError: it is no whole calendar.
        """
        place = answer.url.label
        return next(iter(objects_of(self._done(RESOURCE, ordered(place, answer.body), place))), None)

    def preconditions(self, answer: Answer) -> frozenset[str]:
        """Name what a refusal says was not fulfilled; nothing where it cannot be read."""
        try:
            return preconditions_of(self._done(PRECONDITIONS, answer.body, answer.url.label))
        except SourceIncompleteError:
            return frozenset()

    def _done(self, task: str, payload: bytes, place: str) -> bytes:
        measure = self._measure()
        try:
            with measure.working():
                return self._run(task, payload, cpu=CUT_CPU, allowance=measure.allowance)
        except RefusedError as error:
            raise SourceIncompleteError(error.what, error.remedy) from error
        except UnfinishedError as error:
            raise SourceIncompleteError(f"{place} cannot be read: {error.what}", error.remedy) from error

    def _measure(self) -> Measure:
        return self._measuring.measure or calendar(None)

    def report(self, url: Url, body: bytes, depth: int | None = None) -> Answer:
        """Ask for a report; its status is the caller's to judge."""
        headers = dict(_XML) if depth is None else {**_XML, "Depth": str(depth)}
        return self.call("REPORT", url, headers=headers, body=body)

    def close(self) -> None:
        """Let go of connections."""
        self._http.close()

    def _ask(self, method: str, url: Url, headers: Mapping[str, str], body: bytes) -> tuple[Answer, str]:
        self._budget.take(self._left(), writing=method in WRITES)
        authorization = self._login.authorization(method, url)
        sent = {"Authorization": authorization, **headers}
        seconds = min(self._seconds, self._left())
        answer = self._http.request(method, url, headers=sent, body=body, seconds=seconds, limit=LARGEST_XML)
        return answer, authorization

    def _left(self) -> float:
        try:
            return self._deadline.left(None, TimeoutError)
        except TimeoutError as error:
            raise CallFailedError(
                "the calendar server took too long", "Trying again may help", sent=False
            ) from error


def failure(answer: Answer) -> SourceError:
    """Say what an unexpected status means for reading."""
    place = answer.url.label
    if answer.status in REDIRECTS:
        return _moved(answer)
    if answer.status in (404, 410):
        return MovedError(f"{place} is not there ({answer.status})", "Check url and the calendar's name")
    if answer.status == 403:
        return SourceUnavailableError(
            f"{place} may not be read (403)", "Let the calendar's owner share it with this account"
        )
    return SourceUnavailableError(f"{place} answered {answer.status}", "", retry_after=answer.retry_after)


def _moved(answer: Answer) -> MovedError:
    place, location = answer.url.label, answer.headers.get("location", "")
    try:
        target = led(answer.url, raw_header(location)) if location else None
    except BadAddressError as error:
        return MovedError(f"{place} has moved to what is no address: {error.what}", "Give the new address")
    if target is None:
        return MovedError(f"{place} has moved and does not say where", "Give the new address")
    return MovedError(f"{place} has moved to {target.label}", "Give the new address", target=target)


def _is_same(url: Url, href: str) -> bool:
    try:
        return beside(url, href).as_folder == url.as_folder
    except BadAddressError:
        return False


def may_lead(before: Origin, after: Origin) -> bool:
    """Tell whether one server may lead to another one with the password."""
    return before.may_hand_on_to(after) or before.scheme == after.scheme == HTTPS
