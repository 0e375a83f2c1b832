"""`gatherly connect`: a person's consent for one connector, or a grant that was given elsewhere."""

import json
import sys
import webbrowser
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import UTC
from pathlib import Path
from typing import Annotated, Any

import typer

from config.configuration import Configuration
from config.plainfile import MEBIBYTE, read_plain_text
from config.settings import ConnectorSettings
from connectors.gcal.options import GoogleOptions
from connectors.registry import kind_of
from daemon.runtime.logs import to_standard_error
from daemon.store_access import load_configuration, open_store_only
from daemon.terminal.parameters import Config, ConnectorArgument
from daemon.wire import open_daemon
from engine.errors import InputError, SourceError, UnknownThingError
from engine.ids import ConnectorName
from engine.model.calendar import ConnectorState
from engine.model.operations import Grant, GrantStatus, Tokens
from engine.ports.store import Store
from engine.time.instant import format_instant, from_datetime, parse_instant
from engine.time.span import HOUR, Instant


def run(
    name: ConnectorArgument,
    config: Config,
    imported: Annotated[
        Path | None, typer.Option("--from", metavar="FILE", help="A grant as google-auth writes it.")
    ] = None,
) -> int:
    """Get a grant, seal it, and try it; exit 1 when Google refuses it.

    Raises:
        InputError: the connector needs no consent, or none was given.
        ConfigurationError: the configuration is wrong.
    """
    from connectors.gcal.client import read_client
    from connectors.gcal.scopes import scopes_for

    to_standard_error()
    configuration = load_configuration(config)
    settings, options = _connector(configuration, name)
    client = read_client(options, configuration.file.absolute().parent)

    with open_store_only(config) as view:
        now = view.clock.now()
        if imported is not None:
            tokens = _imported(imported, client, now)
        else:
            tokens = _consented(client, scopes_for(settings.write is not None), options, now)
        _keep(view.store, settings, tokens, now)
    return _tried(settings.name, config)


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _connector(configuration: Configuration, name: str) -> tuple[ConnectorSettings, GoogleOptions]:
    settings = configuration.settings.connectors.get(name)
    if settings is None:
        known = ", ".join(configuration.settings.connectors) or "there are none"
        raise UnknownThingError(f"{name!r} is not a connector", f"The configuration's: {known}")
    options = settings.options
    if not isinstance(options, GoogleOptions):
        raise InputError(f"{name} needs no consent: it is of kind {settings.kind}", "Run gatherly check")
    if options.client_secret_file is None:
        raise InputError(f"{name} needs no consent: its service account has a key", "Run gatherly check")
    return settings, options


def _imported(path: Path, client: Mapping[str, Any], now: Instant) -> Tokens:
    """Read google-auth's authorized-user format; the configuration's addresses hold, not the file's."""
    try:
        found = json.loads(read_plain_text(path, MEBIBYTE))
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}", "Give the path of the file") from error
    except (ValueError, RecursionError) as error:
        raise InputError(f"{path} holds no JSON: {error}", "Export the grant again") from error
    if not isinstance(found, dict) or not isinstance(found.get("refresh_token"), str):
        raise InputError(f"{path} holds no refresh token", "Export the grant with offline access")
    if found.get("client_id") not in (None, client["client_id"]):
        _say(f"{path} was granted to another client than client_secret_file names; Google may refuse it")
    scopes = found.get("scopes") or ()
    token, expiry = found.get("token"), found.get("expiry")
    if not isinstance(token, str) or not isinstance(expiry, str):
        token, expiry = "", format_instant(now)
    return Tokens(
        access_token=token,
        expires_at=parse_instant(expiry if expiry.endswith("Z") else f"{expiry}Z"),
        refresh_token=found["refresh_token"],
        scope=tuple(scopes.split() if isinstance(scopes, str) else scopes),
    )


def _consented(
    client: Mapping[str, Any],
    scopes: tuple[str, ...],
    options: GoogleOptions,
    now: Instant,
) -> Tokens:
    from daemon.app.consent import ask_consent

    given = ask_consent(
        client, scopes, token_uri=options.token_uri, stdin=sys.stdin, say=_say, open_page=webbrowser.open
    )
    if not given.refresh_token:
        raise InputError("Google gave no refresh token", "Remove gatherly's access there and connect again")
    expires = given.expiry
    return Tokens(
        access_token=str(given.token),
        expires_at=now + HOUR if expires is None else from_datetime(expires.replace(tzinfo=UTC)),
        refresh_token=given.refresh_token,
        scope=tuple(given.granted_scopes or scopes),
    )


def _keep(store: Store, settings: ConnectorSettings, tokens: Tokens, now: Instant) -> None:
    """Seal the grant in the place of whatever was there, and let the connector be read at once."""
    with store.writing() as tx:
        there = tx.repositories.grants.get(settings.name)
        grant = Grant(
            connector=settings.name,
            user_id=settings.user_id,
            provider=str(kind_of(settings.kind).provider),
            access_token=tokens.access_token or None,
            refresh_token=tokens.refresh_token,
            token_expires_at=tokens.expires_at,
            scope=tokens.scope,
            status=GrantStatus.CONNECTED,
            created_at=now,
            updated_at=now,
            version=0 if there is None else there.version,
        )
        tx.repositories.grants.put(grant)
        account = tx.calendars.account(settings.name)
        if account is not None:
            state = ConnectorState.OK if account.state is ConnectorState.EXPIRED else account.state
            tx.calendars.put_account(replace(account, state=state, next_run=now))


def _tried(name: ConnectorName, file: Path) -> int:
    from connectors.edge import EdgedConnector
    from connectors.gcal.connector import GoogleConnector

    with open_daemon(file, lock=False) as services:
        connector = services.sources[name].connector
        found = connector.probe()
        inner = connector.inner if isinstance(connector, EdgedConnector) else connector
        if isinstance(inner, GoogleConnector):
            with suppress(SourceError):
                _note_account(services.store, name, inner.account())
    print(f"{name}: the grant is sealed in the store")
    for line in (*found.notes, *found.problems):
        print(f"  {line}")
    return 0 if found.authorised and not found.problems else 1


def _note_account(store: Store, name: ConnectorName, account: str | None) -> None:
    """Keep whose account it is: connectors to one account share its budget of requests."""
    with store.writing() as tx:
        grant = tx.repositories.grants.get(name)
        if grant is not None:
            tx.repositories.grants.put(replace(grant, account_email=account))
