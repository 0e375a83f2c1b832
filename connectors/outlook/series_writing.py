"""Series written at Graph: the master, then each instance that differs, then the word that it is whole."""

from connectors.outlook.api import GraphApi, Resource
from connectors.outlook.changes import Window
from connectors.outlook.directory import Place
from connectors.outlook.marks import finished
from connectors.outlook.series import KEPT, Edit, edits_of, is_same, wanted_of, window_of
from connectors.outlook.translate import body_of, observed
from engine.errors import SourceError, WriteAmbiguousError, WriteConflictError, WriteRefusedError
from engine.model.booking import EventDraft

PROPERTIES = "singleValueExtendedProperties"
LOOKED_UP = "It is looked up by its mark"


class SeriesWriter:
    """Writes series of one account; `place` names the connector in errors, `zone` is its owner's."""

    def __init__(self, api: GraphApi, place: str, zone: str) -> None:
        self._api = api
        self._place = place
        self._zone = zone

    def created(self, place: Place, draft: EventDraft) -> Resource:
        """Make the master; one whose instances are still to be changed says that it is unfinished."""
        body = body_of(draft, place.name, new=True)
        body[PROPERTIES] = [*body[PROPERTIES], finished(not wanted_of(draft).differs)]
        return self._api.create(place.path, body)

    def finish(self, place: Place, draft: EventDraft, echo: Resource) -> Resource:
        """Bring a new series' instances where they are meant to lie; what is refused leaves nothing of it.

        Raises:
            WriteAmbiguousError: it stands there unfinished.
            WriteRefusedError: it is refused, and gone.
        """
        if not wanted_of(draft).differs:
            return echo
        name = str(echo["id"])
        try:
            return self._finished(place, draft, name, self._edits(place, draft, name))
        except WriteRefusedError:
            self._take_back(place, name)
            raise
        except SourceError as error:
            raise WriteAmbiguousError(f"{self._place}: {error.what}", LOOKED_UP) from error

    def _take_back(self, place: Place, name: str) -> None:
        try:
            self._api.delete(place.mailbox, name)
        except SourceError as error:
            raise WriteAmbiguousError(f"{self._place}: {error.what}", LOOKED_UP) from error

    def updated(self, place: Place, draft: EventDraft, name: str, etag: str) -> Resource:
        """Bring a series in step that stands there, at just the version that the etag names.

        Raises:
            WriteConflictError: there is another version, or none any more.
            WriteAmbiguousError: it was begun, and broke off.
        """
        there = self._api.event(place.mailbox, name)
        if there is None:
            raise WriteConflictError(f"{self._place}: the series is not there", LOOKED_UP)
        body = body_of(draft, place.name, new=False)
        stands = observed(there, self._zone, ()).span == draft.span
        same = stands and is_same(there.get("recurrence"), body["recurrence"])
        if same:
            body = {field: value for field, value in body.items() if field not in KEPT}
        edits = self._edits(place, draft, name) if same else []
        is_whole = same and not edits
        body[PROPERTIES] = [*body[PROPERTIES], finished(is_whole)]
        echo = self._api.update(place.mailbox, name, body, etag)
        if is_whole or echo.get("id") != name:
            return echo
        try:
            return self._finished(place, draft, name, edits if same else self._edits(place, draft, name))
        except SourceError as error:
            raise WriteAmbiguousError(f"{self._place}: {error.what}", LOOKED_UP) from error

    def _edits(self, place: Place, draft: EventDraft, name: str) -> list[Edit]:
        wanted = wanted_of(draft)
        around = window_of(draft, wanted)
        query = Window(around.start, around.end).query
        found = self._api.instances(place.mailbox, name, query)
        return edits_of(draft, wanted, found, self._zone)

    def _finished(self, place: Place, draft: EventDraft, name: str, edits: list[Edit]) -> Resource:
        for one in edits:
            if one.body is None:
                self._api.delete(place.mailbox, one.name)
            else:
                self._api.update(place.mailbox, one.name, one.body, None)
        return self._api.update(place.mailbox, name, {PROPERTIES: [finished(True)]}, None)
