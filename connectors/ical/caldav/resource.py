"""One event's resource on the server: looked up by its address, then by its UID; put; deleted."""

from dataclasses import dataclass, field, replace

from connectors.ical.caldav import bodies
from connectors.ical.caldav.client import DavClient, failure
from connectors.ical.caldav.listing import version
from connectors.ical.caldav.multistatus import ETAG, SCHEDULE_TAG, Member
from connectors.ical.caldav.places import Place
from connectors.web.answer import Answer, CallFailedError, sendable
from connectors.web.urls import Url
from engine.errors import (
    SourceError,
    SourceIncompleteError,
    WriteAmbiguousError,
    WriteConflictError,
    WriteRefusedError,
)
from engine.ids import EventId
from engine.model.calendar_object import RawObject

SUFFIX = ".ics"
SCHEDULED = "schedule-tag:"
"""Begins a version that is a Schedule-Tag (RFC 6638 section 3.2.10): attendees' answers do not change it."""

TAKEN = frozenset({"no-uid-conflict", "unique-scheduling-object-resource"})
WRITTEN = frozenset({200, 201, 204})
CONFLICTS = frozenset({404, 409, 412})
UNSUPPORTED = frozenset({400, 403, 405, 409, 412, 415, 422, 501})
FORBIDDEN = "forbidden"
"""The code of a 403 that does not say why: no right to write, or a UID that lies elsewhere."""

LATER = frozenset({408, 421, 423, 425})


@dataclass(frozen=True, slots=True)
class Resource:
    """An event as it lies at just this address; a write or deletion is made to depend on `version`."""

    url: Url
    version: str | None
    object: RawObject = field(repr=False)


def own_url(place: Place, event_id: EventId) -> Url:
    """Give the address of an event that gatherly writes."""
    return place.object_url(f"{event_id}{SUFFIX}")


def get(client: DavClient, url: Url) -> Resource | None:
    """Read a resource; None where the server says that there is none.

    Raises:
        SourceError: the server does not say.
    """
    answer = client.call("GET", url, headers={"Accept": "text/calendar"})
    if answer.status in (404, 410):
        return None
    if answer.status != 200:
        raise failure(answer)
    mark = _version(answer.headers.get("schedule-tag", ""), answer.headers.get("etag", ""))
    return _resource(url, client.resource(answer), mark)


def find(client: DavClient, place: Place, event_id: EventId) -> Resource | None:
    """Look an event up: under the name that gatherly gives it, then by its UID wherever its owner put it.

    Raises:
        SourceError: the server does not say.
    """
    return get(client, own_url(place, event_id)) or find_by_uid(client, place, event_id)


def find_by_uid(client: DavClient, place: Place, event_id: EventId) -> Resource | None:
    """Ask which resource holds a UID; None where none does, or where the server knows no such question."""
    answer = client.report(place.url, bodies.query_by_uid(event_id), 1)
    if answer.status in UNSUPPORTED:
        return None
    for member in client.multistatus(answer).members:
        found = _queried(place, member, event_id)
        if found is not None:
            return found
    return None


def put(client: DavClient, place: Place, url: Url, text: bytes, seen: str | None) -> str | None:
    """Write a resource: a new one, or in the place of the version that was seen; gives its new version.

    Raises:
        WriteConflictError: the name or UID is taken, or the version is another.
        WriteRefusedError: definitely not written.
        WriteAmbiguousError: the answer was lost.
        SourceError: not written either; a later try may succeed.
    """
    headers = {"Content-Type": "text/calendar; charset=utf-8", **_condition(seen)}
    answer = _sent(client, "PUT", url, headers, text)
    if answer.status not in WRITTEN:
        raise _refusal(client, answer, place)
    mark = _version(answer.headers.get("schedule-tag", ""), answer.headers.get("etag", ""))
    return mark if mark is not None else _current_version(client, url)


def delete(client: DavClient, place: Place, found: Resource) -> bool:
    """Delete a resource in the version that was seen; False where it is another by now.

    No scheduling server is to tell anybody of it (RFC 6638 section 8.1).

    Raises:
        WriteRefusedError: definitely still there.
        WriteAmbiguousError: the answer was lost.
    """
    headers = {"Schedule-Reply": "F", **(_condition(found.version) if found.version else {})}
    answer = _sent(client, "DELETE", found.url, headers, b"")
    if answer.status in WRITTEN or answer.status in (404, 410):
        return True
    if answer.status in (409, 412):
        return False
    raise _refusal(client, answer, place)


def _condition(seen: str | None) -> dict[str, str]:
    if seen is None:
        return {"If-None-Match": "*"}
    if seen.startswith(SCHEDULED):
        return {"If-Schedule-Tag-Match": seen.removeprefix(SCHEDULED)}
    return {"If-Match": seen}


def _version(schedule_tag: str, etag: str) -> str | None:
    tag = sendable(schedule_tag)
    return f"{SCHEDULED}{tag}" if tag else version(etag)


def _sent(client: DavClient, method: str, url: Url, headers: dict[str, str], body: bytes) -> Answer:
    """Send what changes something: where no answer came, it may have been done all the same."""
    try:
        return client.call(method, url, headers=headers, body=body)
    except CallFailedError as error:
        if not error.sent:
            raise
        raise WriteAmbiguousError(f"the answer to a {method} was lost: {error.what}") from error
    except SourceIncompleteError as error:
        raise WriteAmbiguousError(f"the answer to a {method} cannot be read: {error.what}") from error


def _refusal(client: DavClient, answer: Answer, place: Place) -> SourceError:
    """Say what it means that a write was not acknowledged; what is ambiguous about the id is a conflict."""
    where, status = answer.url.label, answer.status
    named = client.preconditions(answer)
    if named & TAKEN:
        return WriteConflictError(f"{place.path} already holds this event under another name ({status})")
    if named and status != 412:
        return _refused(where, status, sorted(named)[0])
    if status == 412 and any(name.startswith(("valid-", "supported-", "max-", "min-")) for name in named):
        return _refused(where, status, sorted(named)[0])
    if status in CONFLICTS:
        return WriteConflictError(f"{where} is taken, or in another version ({status})")
    if 300 <= status < 400 or status in LATER:
        return failure(answer)
    if 400 <= status < 500 or status == 507:
        return _refused(where, status, FORBIDDEN if status == 403 else f"status-{status}")
    return WriteAmbiguousError(f"{where} answered {status}, which leaves open what was done")


def _refused(where: str, status: int, code: str) -> WriteRefusedError:
    remedy = {
        FORBIDDEN: "Let the calendar's owner share it for writing, or write to another",
        "need-privileges": "Let the calendar's owner share it for writing, or write to another",
        "quota-not-exceeded": "Make room in the account",
    }.get(code, "")
    return WriteRefusedError(f"{where} refuses the event ({status}, {code})", remedy, code=code)


def _current_version(client: DavClient, url: Url) -> str | None:
    """Ask for the version of what was just written, where its answer held none (RFC 4791 section 5.3.4)."""
    try:
        answer = client.propfind(url, (ETAG, SCHEDULE_TAG), 0)
    except SourceError:
        return None  # it stands written; its version is found when it is read
    found = answer.members[0] if answer.members else None
    return None if found is None else _version(found.text(SCHEDULE_TAG), found.text(ETAG))


def _queried(place: Place, member: Member, event_id: EventId) -> Resource | None:
    url, content = place.listed_url(member.href), member.content
    if url is None or content is None:
        return None
    if content.wrong:
        raise SourceIncompleteError(f"{url.label}: {content.wrong}")
    found = content.object
    if found is None or str(found.uid) != event_id:
        return None
    return _resource(url, found, _version(member.text(SCHEDULE_TAG), member.text(ETAG)))


def _resource(url: Url, found: RawObject | None, mark: str | None) -> Resource:
    if found is None:
        raise SourceIncompleteError(f"{url.label} holds no event")
    return Resource(url, mark, replace(found, etag=mark))
