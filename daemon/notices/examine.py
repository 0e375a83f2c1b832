"""Whether notices can go out: the relay, each channel, and whom nothing reaches."""

import os
from collections.abc import Iterator
from email.utils import parseaddr
from functools import partial

from config.configuration import Configuration
from config.outlets import ChannelSettings
from config.secrets import SecretPlaces, resolve_secret
from config.settings import Settings
from connectors.ical.mail.invitation import checked_address
from daemon.app.check import Checked
from daemon.conversations.language_model import LanguageModel, model_of
from daemon.notices.outlets import refused_host, relay_of, service_of, to_allow
from daemon.runtime.clock import SystemClock
from engine.model.notices import EMAIL
from engine.text.mail_address import is_address
from engine.trouble import Trouble, attempt


def examined(configuration: Configuration, *, online: bool) -> Iterator[Checked]:
    """Try what notices go out by; nothing is sent."""
    settings, places = configuration.settings, SecretPlaces.of(configuration.file, os.environ)
    if settings.mail.smtp is not None:
        yield _relay(settings, settings.mail.smtp, places, online)
    for name, channel in settings.notify.items():
        yield _channel(name, channel, places)
    model = model_of(configuration, SystemClock())
    if model is not None:
        yield _model(model, places, online)


def unreached(settings: Settings) -> list[str]:
    """Name the users who want to be told and whom nothing reaches; whoever wants nothing is left out."""
    outlets = {*settings.notify, *({EMAIL} if settings.mail.is_set else ())}
    return [name for name, user in settings.users.items() if user.notify and not outlets & set(user.notify)]


def _relay(settings: Settings, smtp: str, places: SecretPlaces, online: bool) -> Checked:
    name, sender = "mail", parseaddr(settings.mail.sender or "")[1]
    if not is_address(sender):
        return Checked(name=name, problems=(f"from = {settings.mail.sender!r} is no address",))
    if not online:
        return Checked(name=name, problems=())
    relay = relay_of(settings.mail, smtp, places)
    addresses = (user.email or table for table, user in settings.users.items())
    someone = next((one for one in addresses if is_address(one)), sender)
    tried = attempt(partial(relay.try_out, checked_address(sender), checked_address(someone)))
    if isinstance(tried, Trouble):
        return Checked(name=name, problems=(tried.line,))
    return Checked(name=name, problems=(), cautions=tried)


def _model(model: LanguageModel, places: SecretPlaces, online: bool) -> Checked:
    name, key = "messages.llm", attempt(partial(resolve_secret, model.settings, "key", places))
    if isinstance(key, Trouble):
        return Checked(name=name, problems=(key.line,))
    tried = attempt(model.try_out) if online else ()
    if isinstance(tried, Trouble):
        return Checked(name=name, problems=(tried.line,))
    return Checked(name=name, problems=(), cautions=tried)


def _channel(name: str, channel: ChannelSettings, places: SecretPlaces) -> Checked:
    """Say what would refuse a channel: its address, or a host that it must not reach."""
    shown = f"notify.{name}"
    service = attempt(partial(service_of, name, channel, places))
    if isinstance(service, Trouble):
        return Checked(name=shown, problems=(service.line,))
    refusal = refused_host(service, channel)
    return Checked(name=shown, problems=(f"{refusal}. {to_allow(name)}",) if refusal else ())
