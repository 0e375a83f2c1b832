"""Services whose connector has a grant, in a time that is moved by hand on both sides."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from daemon.knowledge import of_user
from daemon.services import Services
from daemon.wire import open_daemon
from engine.ids import ConnectorName, UserId
from engine.model.integration import GrantStatus
from engine.model.operations import Grant
from engine.time.span import DAY, Span
from tests.standins.google.oauth import OAuth
from tests.standins.google.state import Clock
from tests.standins.time import Numbered, StillClock
from tests.worlds.google_world import ALICE, CONFIGURATION, GoogleServices, google_services

NAME = ConnectorName("alice-work")
USER = UserId(ALICE)


@dataclass
class Connected:
    """Services whose one connector has a grant, and the clocks on both sides, moved together."""

    made: GoogleServices
    services: Services
    here: StillClock
    there: Clock

    def pass_by(self, seconds: int) -> None:
        self.here.at += seconds
        self.there.advance(seconds)

    def revoke(self) -> None:
        OAuth(self.made.google.state).revoke(f"token={self.made.refresh}")
        self.made.google.expire_access_tokens()

    def exchanges(self) -> int:
        return sum(one.method == "oauth.token" for one in self.made.google.log)

    def is_known(self) -> bool:
        window = Span(self.here.at, self.here.at + DAY)
        with self.services.store.reading() as tx:
            return of_user(tx, self.services.knowledge_policy, USER, window, self.here.at).taken is not None


@contextmanager
def connected_services(folder: Path, configuration: str = CONFIGURATION) -> Iterator[Connected]:
    """Open the services, with a grant in its store."""
    there = Clock()
    here = StillClock(int(there.now()))
    with (
        google_services(folder, there, configuration) as made,
        open_daemon(made.file, clock=here, randomness=Numbered()) as services,
    ):
        grant = Grant(
            connector=NAME,
            user_id=USER,
            provider="google",
            refresh_token=made.refresh,
            status=GrantStatus.CONNECTED,
            created_at=here.at,
            updated_at=here.at,
        )
        with services.store.writing() as tx:
            tx.repositories.grants.put(grant)
        yield Connected(made, services, here, there)
