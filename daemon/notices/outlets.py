"""Where notices go out of the house: the mail relay, and channels through Apprise.

An outlet returns once what it was handed is the other side's. A definite no is `WriteRefusedError`; anything
else may be tried again.
"""

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from importlib import import_module
from typing import Any

from config.configuration import Configuration
from config.outlets import ChannelSettings, MailSettings, known_scheme
from config.secrets import SecretPlaces, resolve_secret
from connectors.ical.mail.relay import RELAY_PORT, SUBMISSION_PORT, TLS_PORT, Relay, relay_at
from connectors.web.network import address_refusal, system_resolver
from daemon.notices.content import Content, as_short_text
from daemon.notices.letter import Envelope, mail_of
from daemon.runtime.secrecy import SECRETS
from engine.errors import InputError, SourceUnavailableError, WriteRefusedError
from engine.model.notices import EMAIL, GUESTS, STRANGERS
from engine.model.user import User
from engine.time.span import Instant
from engine.trouble import Trouble, attempt

MISSING = "The extra `notify` is not installed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """One notice for one reader, under the name that it goes out once by; `ics` is the event, for mail."""

    name: str
    user: User
    content: Content
    at: Instant
    ics: bytes | None = field(default=None, repr=False)


Outlet = Callable[[Parcel], None]
"""Hands a parcel over; raises `SourceError` where it could not."""


def outlets_of(configuration: Configuration) -> Mapping[str, Outlet]:
    """Make every outlet that is set up, by the name that users have for it."""
    settings, places = configuration.settings, SecretPlaces.of(configuration.file, os.environ)
    found: dict[str, Outlet] = {
        name: partial(push, name, channel, places) for name, channel in settings.notify.items()
    }
    if settings.mail.smtp is not None and settings.mail.sender is not None:
        relay = relay_of(settings.mail, settings.mail.smtp, places)
        found[EMAIL] = found[GUESTS] = found[STRANGERS] = partial(mail, relay, settings.mail.sender)
    return found


def relay_of(settings: MailSettings, smtp: str, places: SecretPlaces) -> Relay:
    """Give the relay of `[mail]`; its password is fetched when it is needed, so that a new one counts."""
    host, port, tls_from_start = relay_at(smtp)
    with_login = settings.username is not None
    usual = TLS_PORT if tls_from_start else SUBMISSION_PORT if with_login else RELAY_PORT

    def password() -> str:
        try:
            found = resolve_secret(settings, "password", places) or ""
        except InputError as error:
            raise SourceUnavailableError(error.what, error.remedy) from error
        SECRETS.add(found)
        return found

    return Relay(
        host=host,
        port=port or usual,
        tls_from_start=tls_from_start,
        username=settings.username,
        password=password if with_login else None,
    )


def mail(relay: Relay, sender: str, parcel: Parcel) -> None:
    """Send it as a mail of its own, to its reader alone."""
    user = parcel.user
    envelope = Envelope(sender=sender, to_name=user.name, to_address=user.email, name=parcel.name)
    content = mail_of(parcel.content, envelope, parcel.at, parcel.ics)
    relay.send(*envelope.addresses, content)


def push(name: str, channel: ChannelSettings, places: SecretPlaces, parcel: Parcel) -> None:
    """Send it through a channel."""
    service = service_of(name, channel, places)
    refusal = refused_host(service, channel)
    if refusal:
        raise WriteRefusedError(f"notify.{name}: {refusal}", to_allow(name))
    told = attempt(partial(service.notify, title=parcel.content.subject, body=as_short_text(parcel.content)))
    if isinstance(told, Trouble) or not told:
        what = f"notify.{name} did not take it"
        raise SourceUnavailableError(what, "It is tried again; look at its address and the service")


def service_of(name: str, channel: ChannelSettings, places: SecretPlaces) -> Any:
    """Make a channel's service of Apprise's.

    Raises:
        WriteRefusedError: Apprise is not here, or the address is none that it and we know.
        SourceUnavailableError: the address cannot be had.
    """
    try:
        address = resolve_secret(channel, "url", places) or ""
        known_scheme(address)
        apprise = import_module("apprise")
    except ModuleNotFoundError as error:
        raise WriteRefusedError(f"notify.{name}: {MISSING}", "Install gatherly[notify]") from error
    except InputError as error:
        raise SourceUnavailableError(f"notify.{name}: {error.what}", error.remedy) from error
    except ValueError as error:
        raise WriteRefusedError(f"notify.{name}: its address names no known service", str(error)) from error
    SECRETS.add(address)
    service = apprise.Apprise.instantiate(address)
    if service is None:
        raise WriteRefusedError(f"notify.{name}: its address cannot be read", "Write it as Apprise does")
    return service


def refused_host(service: Any, channel: ChannelSettings) -> str | None:
    """Say why a channel's host must not be connected to; None where it may be, or is the service's own."""
    for host in _hosts(service):
        addresses = attempt(partial(system_resolver, host))
        if isinstance(addresses, Trouble):
            continue  # the call itself will tell
        for address in addresses:
            refusal = address_refusal(address, allow_private=channel.allow_private_network)
            if refusal:
                return f"{address} {refusal}"
    return None


_OWN_HOSTS = ("NotifyGotify", "NotifyMattermost", "NotifyMatrix", "NotifySignalAPI", "NotifyWorkflows")
"""Services of Apprise whose address names the host to connect to; others are at one known place."""


def _hosts(service: Any) -> Iterator[str]:
    private = type(service).__name__ == "NotifyNtfy" and str(getattr(service, "mode", "")) == "private"
    if (private or type(service).__name__ in _OWN_HOSTS) and getattr(service, "host", None):
        yield str(service.host)


def to_allow(name: str) -> str:
    """Say how a channel may be let reach a private address."""
    return f"If this is meant, set allow_private_network = true under [notify.{name}]"
