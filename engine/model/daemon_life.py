"""One life of a daemon: from its start until it ends, by itself or not."""

from dataclasses import dataclass

from engine.time.span import Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class DaemonLife:
    """What a daemon tells of itself, again and again while it lives.

    `place` names the machine and its space of processes, in which `pid` and `born` (the kernel's own count of
    when the process began) mean just one. `configuration` is the digest of the files that it works with,
    `refused` why newer ones were not taken. `ended` is when it stopped by itself.
    `role` is which part of the work it does.
    """

    id: str
    host: str
    place: str
    pid: int
    born: int
    since: Instant
    last_seen: Instant
    release: str
    configuration: str
    refused: str | None = None
    ended: Instant | None = None
    role: str = "all"
    version: int = 0
