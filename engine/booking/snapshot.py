"""All that is known of one session's write-back at one moment: what decisions are made from."""

from collections.abc import Sequence
from dataclasses import dataclass

from engine.booking.policy import Policy
from engine.booking.target import Targets, write_order
from engine.ids import InstallId
from engine.model.booking import Booking, Delivery, Effect, EffectState, Mark, Want
from engine.model.session import EventSession
from engine.skipped import passed
from engine.time.span import Instant, Span


@dataclass(frozen=True, slots=True, kw_only=True)
class BookingSnapshot:
    """A booking with its session and every effect ever planned.

    `checked_at` is when the worker at hand last found the slot free by reading, None where it has not.
    `skipped` is the time that never passed, because the clock was set forward over it.
    """

    booking: Booking
    effects: tuple[Effect, ...]
    session: EventSession | None
    targets: Targets
    install: InstallId
    now: Instant
    policy: Policy
    skipped: Sequence[Span]
    checked_at: Instant | None = None

    @property
    def current(self) -> tuple[Effect, ...]:
        """Everybody's effect in this epoch."""
        return tuple(each for each in self.effects if each.epoch == self.booking.epoch)

    @property
    def copies(self) -> list[Effect]:
        """The copies of this epoch that gatherly writes itself, in the order of writing."""
        written = [each for each in self.current if each.delivery is Delivery.WRITTEN]
        host = self.session.host_user_id if self.session else None
        return write_order(written, self.targets, host) if host else written

    @property
    def leaving(self) -> list[Effect]:
        """The copies of people who were taken out of what is booked, as long as they may be there."""
        unwanted = (each for each in self.copies if each.want is Want.ABSENT)
        return [each for each in unwanted if each.state is not EffectState.GONE]

    @property
    def mark(self) -> Mark:
        """What this epoch's events carry."""
        return Mark(install=self.install, session=self.booking.session, epoch=self.booking.epoch)

    @property
    def waited(self) -> int:
        """Seconds that passed since the booking entered its state."""
        return passed(self.booking.since, self.now, self.skipped)


def unsettled(effect: Effect) -> bool:
    """Tell whether nobody knows yet what became of a write."""
    return effect.state in (EffectState.SENT, EffectState.AMBIGUOUS)
