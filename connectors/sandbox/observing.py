"""Having events that a provider told read as they lie in a calendar now: asked for here, done in a child."""

import json
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeAlias

from connectors.sandbox.frames import observed_row, ordered, taken
from engine.errors import InputError
from engine.model.booking import Observed

Seen: TypeAlias = Callable[[dict[str, Any], str, Sequence[str]], Observed]
"""Reads one event, for its owner's zone and addresses."""


def observing(events: Iterable[bytes], zone: str, owner: Iterable[str]) -> bytes:
    """Ask how events lie in the calendar now."""
    return ordered([zone, sorted(owner)], b"[" + b",".join(events) + b"]")


def observed_by(seen: Seen, payload: bytes) -> bytes:
    """Read what events show, one answer each.

    Raises:
        InputError: one cannot be read.
    """
    (zone, owner), raw = taken(payload)
    rows = []
    for event in json.loads(raw):
        try:
            rows.append(observed_row(seen(event, zone, owner)))
        except (KeyError, ValueError) as error:
            raise InputError(f"the event {str(event.get('id'))[:100]} cannot be read") from error
    return json.dumps(rows).encode()
