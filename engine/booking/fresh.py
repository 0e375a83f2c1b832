"""The answer to the last look before a write: is the slot still free for everybody who must be there?"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from engine.model.session import EventSession
from engine.timespan import Span


@dataclass(frozen=True, slots=True, kw_only=True)
class FreshCheck:
    """What required people's calendars say of a slot after they were read again, in words.

    `busy` names what is in the way, `unknown` whose calendar could not be read: unknown is never free.
    """

    busy: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()


FreshBusy: TypeAlias = Callable[[EventSession, Span], FreshCheck]
"""Reads the required calendars and asks the one predicate that also offers slots.

What this session itself wrote or holds does not count. Remote; raises no `SourceError`.
"""
