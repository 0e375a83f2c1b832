"""A grant for one connector: asked for, or taken from elsewhere, then sealed and tried."""

from dataclasses import replace
from functools import partial

from config.configuration import Configuration
from config.settings import ConnectorSettings
from connectors.consent import ConsentRequest
from connectors.registry import kind_of
from daemon.app.principal import Principal
from daemon.sync.connector_event import note_state
from daemon.sync.source import Source
from engine.errors import InputError, NotAllowedError, UnknownThingError
from engine.model.calendar import ConnectorState
from engine.model.integration import GrantStatus, sync_frequency
from engine.model.operations import Grant, Tokens
from engine.ports.connector import Probe
from engine.ports.store import Store
from engine.stale import retry_stale
from engine.time.span import Instant


def connectable(principal: Principal, configuration: Configuration, name: str) -> ConnectorSettings:
    """Give the settings of a connector that somebody may connect: their own, or as an operator any.

    Raises:
        UnknownThingError: there is no such connector.
        NotAllowedError: it is somebody else's.
    """
    settings = configuration.settings.connectors.get(name)
    if settings is None:
        known = ", ".join(configuration.settings.connectors) or "there are none"
        raise UnknownThingError(f"{name!r} is not a connector", f"The configuration's: {known}")
    if principal.is_other_than(settings.user_id):
        raise NotAllowedError(f"{name} is {settings.user}'s", "Connect one of your own")
    return settings


def connect(store: Store, settings: ConnectorSettings, asked: ConsentRequest) -> Grant | None:
    """Get a grant, seal it in the place of whatever was there, and let the connector be read at once.

    Gives the one from before, if there was one: see `try_grant`.

    Raises:
        InputError: the connector needs no consent, or none was given.
    """
    kind = kind_of(settings.kind)
    if settings.through is not None:
        raise InputError(
            f"{settings.name} is read through {settings.through}", f"Run gatherly connect {settings.through}"
        )
    if not kind.capabilities.consents:
        raise InputError(
            f"{asked.name} needs no consent: it is of kind {settings.kind}", "Run gatherly check"
        )
    return keep_grant(store, settings, kind.tokens_of(settings.options, asked), asked.now)


def keep_grant(store: Store, settings: ConnectorSettings, tokens: Tokens, now: Instant) -> Grant | None:
    """Seal a grant in the place of whatever was there, have its connector read at once; give what worked."""
    with store.writing() as tx:
        there = tx.repositories.grants.get(settings.name)
        tx.repositories.grants.put(_grant(settings, tokens, now, 0 if there is None else there.version))
        account = tx.calendars.account(settings.name)
        if account is not None:
            state = ConnectorState.OK if account.state is ConnectorState.EXPIRED else account.state
            after = replace(account, state=state, next_run=now)
            note_state(tx, account, after, now)
            tx.calendars.put_account(after)
    return there if there is not None and there.status is GrantStatus.CONNECTED else None


def _grant(settings: ConnectorSettings, tokens: Tokens, now: Instant, version: int) -> Grant:
    return Grant(
        connector=settings.name,
        user_id=settings.user_id,
        provider=str(kind_of(settings.kind).provider),
        access_token=tokens.access_token or None,
        refresh_token=tokens.refresh_token,
        token_expires_at=tokens.expires_at,
        scope=tokens.scope,
        status=GrantStatus.CONNECTED,
        sync_frequency=sync_frequency(settings.interval),
        created_at=now,
        updated_at=now,
        version=version,
    )


def try_grant(store: Store, source: Source, before: Grant | None) -> Probe:
    """Try a new grant, and keep whose account it is: connectors to one share its budget of requests.

    Where its provider refuses it, the one from `before` that worked takes its place again. What its owner has
    done meanwhile stands: what is told of the one that was tried holds for no other.
    """
    with store.reading() as tx:
        tried = tx.repositories.grants.get(source.name)
    found = source.connector.probe()
    retry_stale(partial(_keep_what_works, store, tried, before, found), f"The grant of {source.name}")
    return found


def _keep_what_works(store: Store, tried: Grant | None, before: Grant | None, found: Probe) -> None:
    with store.writing() as tx:
        there = None if tried is None else tx.repositories.grants.get(tried.connector)
        if tried is None or there is None or not _is_the_same(tried, there):
            return
        if before is not None and not found.authorised:
            tx.repositories.grants.put(replace(before, version=there.version))
        elif found.account is not None:
            tx.repositories.grants.put(replace(there, account_email=found.account))


def _is_the_same(tried: Grant, there: Grant) -> bool:
    """Tell whether what lies there is the grant that was tried, be it renewed since."""
    was_renewed = there.created_at == tried.created_at < there.updated_at
    return there.refresh_token == tried.refresh_token or was_renewed
