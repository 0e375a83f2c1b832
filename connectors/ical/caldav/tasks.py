"""The work on what CalDAV servers answer as tasks for a child process (`connectors.sandbox`)."""

import json
from collections.abc import Iterator
from typing import Any

from connectors.ical.caldav.multistatus import Content, Member, parse, preconditions
from connectors.ical.text.body import whole_calendar
from connectors.ical.text.objects import together
from connectors.sandbox.frames import framed, objects_of, ordered, taken
from engine.model.calendar_object import RawObject

_HERE = "connectors.ical.caldav.tasks"
MULTISTATUS = f"{_HERE}:multistatus_task"
RESOURCE = f"{_HERE}:resource_task"
PRECONDITIONS = f"{_HERE}:preconditions_task"


def multistatus_task(payload: bytes) -> bytes:
    """Read a multistatus: its members as rows, then the objects that they brought."""
    place, body = taken(payload)
    members, token = parse(body, place)
    objects = [one.content.object for one in members if one.content is not None]
    frames = framed(one for one in objects if one is not None)
    return ordered([token, [_row(one) for one in members]], frames)


def multistatus_of(answer: bytes) -> tuple[tuple[Member, ...], str]:
    """Read what `multistatus_task` answered."""
    (token, rows), frames = taken(answer)
    objects = iter(objects_of(frames))
    return tuple(_member(row, objects) for row in rows), token


def resource_task(payload: bytes) -> bytes:
    """Make one object of a resource's text; no frame where it holds no event."""
    place, body = taken(payload)
    found = together(whole_calendar(body, place))
    return framed([] if found is None else [found])


def preconditions_task(body: bytes) -> bytes:
    """Name what a refusal says was not fulfilled."""
    return json.dumps(sorted(preconditions(body))[:50]).encode()


def preconditions_of(answer: bytes) -> frozenset[str]:
    """Read what `preconditions_task` answered."""
    return frozenset(json.loads(answer))


def _row(one: Member) -> list[Any]:
    tags = {name: sorted(found) for name, found in one.tags.items()}
    content = None if one.content is None else [one.content.object is not None, one.content.wrong]
    about = [
        dict(one.texts),
        tags,
        dict(one.links),
        sorted(one.components),
        one.zone,
        dict(one.refused),
        one.card,
    ]
    return [one.href, one.status, content, *about]


def _member(row: list[Any], objects: Iterator[RawObject]) -> Member:
    href, status, content, texts, tags, links, components, zone, refused, card = row
    return Member(
        href=href,
        status=status,
        texts=texts,
        tags={name: frozenset(found) for name, found in tags.items()},
        links={name: tuple(found) for name, found in links.items()},
        components=frozenset(components),
        zone=zone,
        refused=refused,
        card=card,
        content=None if content is None else Content(next(objects) if content[0] else None, content[1]),
    )
