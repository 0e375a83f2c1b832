"""What use cases that look at the whole store are handed."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from config.configuration import Configuration
from daemon.app.family.desks import FamilyDesks
from daemon.app.sessions import SessionDesk
from daemon.booking.pauses import Made
from daemon.runtime.meters import Meters
from daemon.sync.channels import Channels
from engine.ports.custody import Custody
from engine.ports.store import Store
from engine.ports.world import Clock

if TYPE_CHECKING:
    from daemon.app.examine import Examined
    from daemon.app.relations.indexes import Indexes
    from daemon.app_documents.sync import DocumentSync


class Access(Protocol):
    """The store and the desk; `lend` makes or gives the connectors that a question needs."""

    @property
    def configuration(self) -> Configuration:
        """What the operator's files say."""

    @property
    def store(self) -> Store:
        """Everything that is kept."""

    @property
    def clock(self) -> Clock:
        """The time that counts."""

    @property
    def custody(self) -> Custody:
        """What keeps keys, archives and the forgotten."""

    @property
    def desk(self) -> SessionDesk:
        """Who takes what people ask."""

    @property
    def family(self) -> FamilyDesks:
        """Who takes what people ask of the family's calendar."""

    @property
    def indexes(self) -> "Indexes":
        """What is in memory of whom people know."""

    @property
    def meters(self) -> Meters:
        """What this process counts of itself."""

    @property
    def channels(self) -> Channels:
        """What this process knows of push."""

    @property
    def app_documents(self) -> "DocumentSync | None":
        """What apps share, where there are any."""

    @property
    def examine(self) -> "Callable[[Callable[[str], None]], Examined] | None":
        """Compares the ledger with the calendars, telling what it looks at; where calendars are at hand."""

    @property
    def lend(self) -> Made:
        """Give connectors by name, for as long as a block lasts."""

    @property
    def lend_new(self) -> Made:
        """Make connectors anew, of what is stored now: one that stands remembers what it was told."""
