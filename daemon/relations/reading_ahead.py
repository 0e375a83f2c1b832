"""Reads the next events in a child while those before them are written: a first read uses both."""

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from daemon.relations.deciding import Decided, Deciding
from engine.ids import UserId
from engine.model.relations import MeetingSource
from engine.time.span import Instant
from engine.trouble import Trouble, attempt

Part = tuple[UserId, Sequence[MeetingSource]]
"""A user, and events of theirs that one transaction derives."""


def parts_of(due: Mapping[UserId, Sequence[MeetingSource]], size: int) -> Sequence[Part]:
    """Give what is due of each user in parts of at most so many events."""
    return [
        (user, sources[at : at + size])
        for user, sources in due.items()
        for at in range(0, len(sources), size)
    ]


def decided_ahead(
    deciding: Deciding, parts: Sequence[Part], now: Instant
) -> Iterator[tuple[Part, Mapping[str, Decided] | Trouble]]:
    """Give each part with what its events tell, in order; a lone one is read where one stands.

    What is told may be older than what was written meanwhile: a change that came since makes its event due
    again, which whoever writes looks at.
    """
    if len(parts) == 1:
        yield parts[0], attempt(partial(deciding.decide, *parts[0], now))
        return
    with ThreadPoolExecutor(1, thread_name_prefix="relations") as reader:
        told = [reader.submit(attempt, partial(deciding.decide, *part, now)) for part in parts]
        try:
            for part, one in zip(parts, told, strict=True):
                yield part, one.result()
        finally:
            reader.shutdown(cancel_futures=True)
