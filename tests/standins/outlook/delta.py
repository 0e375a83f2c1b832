"""calendarView/delta: windows that never move, pages that may be empty, tombstones with nothing but an id."""

from typing import Any

from tests.standins.outlook.access import bare, calendar_of, require, seen_now, shown, within
from tests.standins.outlook.keeping import FAR, occurrence_id
from tests.standins.outlook.refusals import GraphError, Json, bad
from tests.standins.outlook.rules import DELTA, only
from tests.standins.outlook.state import DeltaToken, State, StoredCalendar
from tests.standins.outlook.times import moment, starts

QUERY_PAGE, ERRORS = "concepts/delta-query-overview.md", "concepts/errors.md"
FIRST = ("startDateTime", "endDateTime")
REMOVED = {"@removed": {"reason": "deleted"}}


class Delta:
    """One account's delta queries."""

    def __init__(self, state: State, email: str) -> None:
        self._state = state
        self._email = email

    def answer(self, calendar: str | None, query: dict[str, str], zone: str, size: int, base: str) -> Json:
        """Answer a first question, one with a token, or a further page."""
        refused = [one for one in query if one in ("$select", "$expand", "$filter", "$orderby", "$search")]
        if refused:
            raise bad(f"The query option '{refused[0]}' is not supported by delta here.", DELTA)
        stored = calendar_of(self._state, self._email, calendar)
        require(stored, self._email, "read")
        if "$skiptoken" in query:
            only(query, ("$skiptoken",), QUERY_PAGE)
            return self._page(query["$skiptoken"], size, base)
        if "$deltatoken" in query:
            only(query, ("$deltatoken",), QUERY_PAGE)
            return self._since(stored, query["$deltatoken"], zone, size, base)
        only(query, FIRST, DELTA)
        if not set(FIRST) <= set(query):
            raise bad("This request requires a time window: startDateTime and endDateTime.", DELTA)
        start, end = (moment(query[one], DELTA) for one in FIRST)
        if end <= start:
            raise bad("The window ends before it begins.", DELTA)
        before = DeltaToken(stored.id, start, end, -1, frozenset(), self._state.clock.now())
        return self._told(stored, before, zone, size, base)

    def _since(self, stored: StoredCalendar, name: str, zone: str, size: int, base: str) -> Json:
        token = self._state.deltas.get(name)
        if token is None or token.calendar != stored.id:
            raise GraphError(400, "ErrorInvalidUrlQuery", "Badly formed token.", QUERY_PAGE)
        if token.old == "410":
            message = "The sync state generation is not found; continuation token is no longer valid."
            where = f"{base}?startDateTime=2026-01-01T00:00:00Z&endDateTime=2026-02-01T00:00:00Z"
            raise GraphError(410, "SyncStateNotFound", message, ERRORS, location=where)
        if token.old is not None:
            status, _, code = token.old.partition(" ")
            raise GraphError(int(status), code, "Resync is required.", ERRORS)
        return self._told(stored, token, zone, size, base)

    def _told(self, stored: StoredCalendar, token: DeltaToken, zone: str, size: int, base: str) -> Json:
        whole = self._state.settings.kindness.whole_occurrences
        items: list[Json] = []
        present: set[str] = set()
        edge = token.change
        for kept in seen_now(self._state, stored):
            inside = within(kept, token.start, token.end)
            if not inside:
                continue
            repeats = bool(kept.event.get("recurrence"))
            present |= {one["id"] for one, _, _ in inside}
            if repeats:
                present.add(kept.event["id"])
            edge = max(edge, kept.change)
            if kept.change <= token.change and {one["id"] for one, _, _ in inside} <= token.told:
                continue
            if repeats:
                items.append(shown(self._state, kept.event, zone))
            for one, _, is_exception in inside:
                plain = repeats and not is_exception and not whole
                items.append(bare(one, zone) if plain else shown(self._state, one, zone))
        items += self._removed(stored, token.told - present, whole=whole)
        if items and token.change >= 0 and not self._state.settings.kindness.full_pages:
            items.append(items[0])
        after = f"d{self._state.number()}"
        self._state.deltas[after] = DeltaToken(
            stored.id, token.start, token.end, edge, frozenset(present), self._state.clock.now()
        )
        skip = f"s{self._state.number()}"
        self._state.pages[skip] = (after, items)
        if items and not self._state.settings.kindness.full_pages:
            return {"value": [], "@odata.nextLink": f"{base}?$skiptoken={skip}"}
        return self._page(skip, size, base)

    def _removed(self, stored: StoredCalendar, missing: frozenset[str], *, whole: bool) -> list[Json]:
        """Tell what is no longer in the window; in the field, a series' instances are told by it alone."""
        quiet: set[str] = set()
        until = self._state.clock.now() + FAR
        for kept in () if whole else (*stored.events.values(), *stored.gone.values()):
            if kept.event.get("recurrence"):
                quiet |= {occurrence_id(kept.event["id"], at) for at in starts(kept.event, until)}
        return [{"id": name, **REMOVED} for name in sorted(missing - quiet)]

    def _page(self, name: str, size: int, base: str) -> Json:
        if name not in self._state.pages:
            raise GraphError(400, "ErrorInvalidUrlQuery", "Badly formed token.", QUERY_PAGE)
        after, items = self._state.pages[name]
        page, rest = items[:size], items[size:]
        answer: dict[str, Any] = {"value": page}
        if rest:
            skip = f"s{self._state.number()}"
            self._state.pages[skip] = (after, rest)
            return {**answer, "@odata.nextLink": f"{base}?$skiptoken={skip}"}
        return {**answer, "@odata.deltaLink": f"{base}?$deltatoken={after}"}
