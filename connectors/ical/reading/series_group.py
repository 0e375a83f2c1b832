"""A series and its overrides, settled: which master counts, and what each override stands for.

An override (RFC 5545 section 3.8.4.4) is an event of its own that takes the place of one instance: the
instance is removed from the series, whether or not the rule would have generated it, and the override counts
by its own times and its own status.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time

from connectors.ical.reading.vevent import Vevent
from connectors.ical.text.ical_values import Period, Stamp
from engine.model.recurrence import Extra, Series, Wall, wall_seconds
from engine.time.span import DAY

LOST = "another version of it counts in its place"


@dataclass(frozen=True, slots=True)
class SeriesGroup:
    """What one UID holds: a master as a series without its removed and replaced instances, and the overrides.

    `excluded` are the instances that EXDATE alone removed; without a master only the overrides count.
    """

    master: Vevent | None
    series: Series | None
    overrides: tuple[Vevent, ...]
    excluded: frozenset[Wall] = frozenset()


@dataclass(frozen=True, slots=True)
class Settled:
    """A UID's families, and what gives way to another: `lost` versions, and overrides that EXDATE removes."""

    families: tuple[SeriesGroup, ...]
    lost: tuple[tuple[Vevent, str], ...] = ()
    excluded: tuple[Vevent, ...] = ()


def settle(events: Iterable[Vevent]) -> Settled:
    """Sort a UID's VEVENTs out: one family a master that counts."""
    masters: list[Vevent] = []
    overrides: list[Vevent] = []
    for event in events:
        (masters if event.replaces is None else overrides).append(event)
    counting, lost = _counting(masters)
    if counting:
        overrides = [_as_local(override, counting[0]) for override in overrides]
    latest = [one for one in _latest(overrides) if not any(_calls_off(master, one) for master in counting)]
    beaten = [one for one in overrides if all(one is not other for other in latest)]
    told = [(one, LOST) for one in (*lost, *beaten)]
    if not counting:
        return Settled((SeriesGroup(None, None, tuple(latest)),), tuple(told))
    families = tuple(_group(master, latest) for master in counting)
    kept = [one for group in families for one in group.overrides]
    excluded = tuple(one for one in latest if all(one is not other for other in kept))
    return Settled(families, tuple(told), excluded)


def _counting(masters: Sequence[Vevent]) -> tuple[Sequence[Vevent], Sequence[Vevent]]:
    """Keep the highest SEQUENCE where they differ; equal or missing, all: the busy side is the safe side.

    One that revokes the event beats what is not newer than it.
    """
    numbers = [master.sequence for master in masters]
    known = [number for number in numbers if number is not None]
    revoked = [master.sequence or 0 for master in masters if master.revokes]
    if revoked and max(known, default=0) <= max(revoked):
        counting = [master for master in masters if master.revokes and (master.sequence or 0) == max(revoked)]
    elif len(known) < len(numbers) or len(set(known)) == 1:
        return masters, ()
    else:
        counting = [master for master in masters if master.sequence == max(known)]
    return counting, [one for one in masters if all(one is not other for other in counting)]


def _calls_off(master: Vevent, override: Vevent) -> bool:
    """Whether a series is revoked as a whole, and this instance is not newer."""
    return master.revokes and (override.sequence or 0) <= (master.sequence or 0)


def _as_local(override: Vevent, master: Vevent) -> Vevent:
    """Read a RECURRENCE-ID without a zone as the local time of its series."""
    stamp = override.replaces
    if stamp is None or not stamp.floating or stamp.zone is master.start.zone:
        return override
    return replace(override, replaces=replace(stamp, zone=master.start.zone))


def _latest(overrides: Iterable[Vevent]) -> Sequence[Vevent]:
    """Of several overrides for one moment the highest SEQUENCE counts, of equal ones the last."""
    chosen: dict[object, Vevent] = {}
    for override in overrides:
        assert override.replaces is not None  # noqa: S101 - overrides only
        moment = override.replaces.instant
        before = chosen.get(moment)
        if before is None or _rank(override) >= _rank(before):
            chosen[moment] = override
    return list(chosen.values())


def _rank(override: Vevent) -> tuple[int, bool]:
    return override.sequence or 0, override.revokes


def _group(master: Vevent, overrides: Sequence[Vevent]) -> SeriesGroup:
    removed, days = set[Wall](), set[int]()
    for stamp in master.removed:
        _remove(stamp, master.start, removed, days)
    excluded, excluded_days = frozenset(removed), frozenset(days)
    kept = [one for one in overrides if not _excluded(one, master, excluded, excluded_days)]
    for override in kept:
        if override.replaces is not None:
            _remove(override.replaces, master.start, removed, days)
    series = Series(
        start=wall_seconds(master.start.wall),
        length=int(master.length.total_seconds()),
        zone=master.start.zone,
        all_day=master.start.is_date,
        rules=master.rules,
        extras=tuple(_extra(added, master) for added in master.added),
        removed=frozenset(removed),
        removed_days=frozenset(days),
    )
    return SeriesGroup(master, series, tuple(kept), excluded)


def _remove(stamp: Stamp, start: Stamp, removed: set[Wall], days: set[int]) -> None:
    """Note which instance a stamp names; a date names a timed series' instances of that day."""
    if stamp.is_date and not start.is_date:
        days.add(stamp.wall.toordinal())
    else:
        removed.add(wall_key(stamp, start))


def _excluded(override: Vevent, master: Vevent, removed: frozenset[Wall], days: frozenset[int]) -> bool:
    """EXDATE wins over an override of the same instance, unless the override is newer than the master."""
    stamp = override.replaces
    if stamp is None or (override.sequence or 0) > (master.sequence or 0):
        return False
    key = wall_key(stamp, master.start)
    return key in removed or key // DAY in days


def _extra(added: Stamp | Period, master: Vevent) -> Extra:
    stamp = added.start if isinstance(added, Period) else added
    if stamp.is_date and not master.start.is_date:
        stamp = Stamp(datetime.combine(stamp.wall.date(), master.start.wall.time()), master.start.zone)
    length = int(added.length.total_seconds()) if isinstance(added, Period) else None
    return Extra(wall_key(stamp, master.start), length)


def wall_key(stamp: Stamp, start: Stamp) -> Wall:
    """Name an instance by its start in the series' own clock; one of whole days by its date."""
    if start.is_date:
        return _day_of(stamp, start) * DAY
    return wall_seconds(stamp.within(start.zone))


def _day_of(stamp: Stamp, start: Stamp) -> int:
    """Give the date as written, or the one that begins in the series' zone at the moment that is named."""
    if not stamp.is_date and stamp.wall.time() != time.min:
        local = stamp.within(start.zone)
        if local.time() == time.min:
            return local.toordinal()
    return stamp.wall.toordinal()
