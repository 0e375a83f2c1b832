"""The answer to the last look before a write: is the slot still free for everybody who must be there?"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from engine.errors import HeldBackError
from engine.ids import UserId
from engine.model.session import EventSession
from engine.time.span import Span


@dataclass(frozen=True, slots=True)
class Held:
    """Somebody whose calendar is not asked before a known pause is over, and why."""

    user: UserId
    pause: HeldBackError


@dataclass(frozen=True, slots=True, kw_only=True)
class FreshCheck:
    """What required people's calendars say of a slot after they were read again, in words.

    `busy` names what is in the way, `unknown` whose calendar could not be read: unknown is never free.
    `held` tells of those whom a pause keeps from being read, who are unknown for as long.
    """

    busy: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    held: tuple[Held, ...] = ()


FreshBusy: TypeAlias = Callable[[EventSession, Span], FreshCheck]
"""Reads the required calendars and asks the one predicate that also offers slots.

What this session itself wrote or holds does not count. Remote; raises no `SourceError`.
"""
