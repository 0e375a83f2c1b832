"""Wiring the desk that takes what people ask of sessions."""

from collections.abc import Callable
from functools import partial

from config.configuration import Configuration
from config.settings import Settings
from daemon.app.offers import OfferJudge
from daemon.app.sessions import SessionDesk
from daemon.booking.configured import targets_of
from daemon.booking.pauses import KnownPauses, Made
from daemon.conversations.guest_door import GuestDoor
from daemon.knowledge import knowledge_policy_of
from engine.ports.store import Store
from engine.ports.world import Clock, Randomness
from engine.sessions.guests import GuestRules


def desk_of(
    configuration: Configuration,
    store: Store,
    clock: Clock,
    randomness: Randomness,
    made: Made,
    forgotten: Callable[[str], bool],
) -> SessionDesk:
    """Give the desk over a store that is open; `made` lends connectors."""
    settings = configuration.settings
    targets = targets_of(configuration)
    return SessionDesk(
        store=store,
        clock=clock,
        randomness=randomness,
        targets=targets,
        confirm=settings.sessions.confirm,
        expire_after=settings.sessions.expire_after,
        horizon=settings.sync.horizon,
        offers=OfferJudge(partial(knowledge_policy_of, configuration)),
        broken={
            one.user_id: f"{one.name} is out of service: {one.reason}"
            for one in configuration.disabled
            if one.user_id is not None
        },
        pauses=KnownPauses(targets, made, clock),
        policy=partial(knowledge_policy_of, configuration),
        asks_model=settings.messages.llm is not None,
        door=GuestDoor(rules=guest_rules_of(settings), forgotten=forgotten),
    )


def guest_rules_of(settings: Settings) -> GuestRules:
    """Read who may be a guest."""
    served = bool(settings.api.listen or settings.api.public_url)
    return GuestRules(
        domains=settings.guests.domains,
        mails_per_day=settings.guests.mails_per_day,
        reachable=settings.mail.is_set and served,
    )
