"""Whether a daemon lives: judged by what it told of itself, and by its process where that can be seen."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from enum import StrEnum

from engine.model.daemon_life import DaemonLife
from engine.time.span import DAY, MINUTE, Instant

SILENT = MINUTE
"""Seconds without a sign after which a daemon whose process cannot be seen is taken for dead."""
REMEMBERED = DAY
"""Seconds for which one that did not end by itself is remembered beside others that live."""

SeesProcess = Callable[[DaemonLife], bool | None]
"""Tells whether a daemon's process is there; None where it cannot be seen from here."""


class Liveness(StrEnum):
    """How a life stands."""

    ALIVE = "alive"
    ENDED = "ended"
    DIED = "died"


@dataclass(frozen=True, slots=True, kw_only=True)
class DaemonHealth:
    """What `status` tells of the daemon; `life` is None where none has ever worked on this store.

    `is_current` tells whether it works with the files as they are, `silent` for how many seconds it has not
    been able to write a sign of life though its process is there; None while it can.
    """

    life: DaemonLife | None = None
    liveness: Liveness = Liveness.ENDED
    is_current: bool = True
    silent: int | None = None
    cluster: tuple[DaemonLife, ...] = ()

    @property
    def is_running(self) -> bool:
        """Whether one lives."""
        return self.liveness is Liveness.ALIVE

    @property
    def has_older_files(self) -> bool:
        """Whether one lives that works with other files than those that lie there."""
        return self.is_running and not self.is_current

    @property
    def is_well(self) -> bool:
        """Whether none that should live is dead, mute, or works with what is no longer meant."""
        if self.life is None or self.liveness is Liveness.ENDED:
            return True
        is_taken = self.is_current and self.life.refused is None
        return self.is_running and is_taken and self.silent is None


def liveness_of(life: DaemonLife, now: Instant, sees: SeesProcess) -> Liveness:
    """Tell how one life stands."""
    if life.ended is not None:
        return Liveness.ENDED
    seen = sees(life)
    alive = now - life.last_seen <= SILENT if seen is None else seen
    return Liveness.ALIVE if alive else Liveness.DIED


def daemon_health(
    lives: Collection[DaemonLife], configuration: str, now: Instant, sees: SeesProcess
) -> DaemonHealth:
    """Judge the daemons of a store; the newest that lives stands for all, else the newest that there was."""
    ordered = sorted(lives, key=lambda life: (life.since, life.id), reverse=True)
    standing = [(life, liveness_of(life, now, sees)) for life in ordered]
    alive = [life for life, how in standing if how is Liveness.ALIVE]
    if not standing:
        return DaemonHealth()
    life, liveness = standing[0] if not alive else (alive[0], Liveness.ALIVE)
    died = [one for one, how in standing if how is Liveness.DIED and one.since > life.since]
    if died:
        life, liveness = died[0], Liveness.DIED
    silent = max(0, now - life.last_seen)
    return DaemonHealth(
        life=life,
        liveness=liveness,
        is_current=life.configuration == configuration,
        silent=silent if liveness is Liveness.ALIVE and silent > SILENT else None,
        cluster=tuple(alive),
    )


def outlived(lives: Collection[DaemonLife], mine: DaemonLife, now: Instant, sees: SeesProcess) -> list[str]:
    """Name the lives that a daemon may forget: those of its own machine before it, and others' long ago."""
    return [
        life.id
        for life in lives
        if life.id != mine.id
        and liveness_of(life, now, sees) is not Liveness.ALIVE
        and (life.host == mine.host or now - life.last_seen > REMEMBERED)
    ]
