"""What the store knows of a calendar, looked up only where somebody asks: an idle poll does not."""

from collections.abc import Iterator, Mapping
from functools import cached_property

from engine.ids import CalendarKey, Href
from engine.model.calendar import Digest
from engine.ports.store import Store


class StoredDigests(Mapping[Href, Digest]):
    """A calendar's digests by href; changes of others in between are found out when a plan is applied."""

    def __init__(self, store: Store, key: CalendarKey) -> None:
        self._store = store
        self._key = key

    def __getitem__(self, href: Href) -> Digest:
        return self._found[href]

    def __iter__(self) -> Iterator[Href]:
        return iter(self._found)

    def __len__(self) -> int:
        return len(self._found)

    @cached_property
    def _found(self) -> Mapping[Href, Digest]:
        with self._store.reading() as tx:
            return tx.calendars.digests(self._key)
