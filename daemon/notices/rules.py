"""What the configuration says of telling people: their wishes, the channels there are, where pages begin."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from config.settings import Settings
from daemon.proposals.told_habits import ToldHabits
from engine.booking.target import NOTIFIED, Targets
from engine.ids import InstallId, UserId
from engine.model.booking import Delivery
from engine.model.notices import EMAIL, NoticePreferences
from engine.notices.links import Identifier
from engine.notices.wishes import with_wishes
from engine.ports.store import Transaction
from engine.sessions.state_machine import Confirm


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeRules:
    """How people are told; `outlets` are the channels that are set up, `email` among them with a relay.

    `base` is the address that links begin with, empty where nothing is served; `identifier` names and signs
    links; `targets` tell who has a calendar that is written to.
    """

    preferences: Mapping[UserId, NoticePreferences]
    outlets: frozenset[str]
    confirm: Confirm
    base: str
    operators: frozenset[UserId]
    targets: Targets
    install: InstallId
    guest_mails: int = 20
    """How many mails that ask guests go out for one host in a day."""
    identifier: Identifier = field(repr=False)
    told_habits: ToldHabits = field(default_factory=ToldHabits, repr=False)

    def preferences_of(self, tx: Transaction, user: UserId) -> NoticePreferences:
        """Give somebody's wishes: what they set for themselves, over the files'; else the usual ones."""
        said = tx.repositories.personal_settings.get(user)
        filed = self.preferences.get(user, NoticePreferences())
        return filed if said is None else with_wishes(filed, said.values)

    def channels_of(self, wishes: NoticePreferences) -> tuple[str, ...]:
        """Give the channels by which somebody is reached."""
        return tuple(one for one in wishes.channels if one in self.outlets)

    def is_written(self, user: UserId) -> bool:
        """Whether an event reaches somebody by itself: in their calendar, or as an invitation."""
        return self.targets.get(user, NOTIFIED).delivery is not Delivery.NOTIFIED


def rules_of(settings: Settings, targets: Targets, install: InstallId, identifier: Identifier) -> NoticeRules:
    """Read them."""
    mail = frozenset({EMAIL}) if settings.mail.is_set else frozenset[str]()
    return NoticeRules(
        preferences={UserId(one.id or name): one.notice_preferences for name, one in settings.users.items()},
        outlets=mail | frozenset(settings.notify),
        confirm=settings.sessions.confirm,
        base=settings.api.base if settings.api.listen or settings.api.public_url else "",
        operators=settings.operators,
        targets=targets,
        install=install,
        guest_mails=settings.guests.mails_per_day,
        identifier=identifier,
    )
