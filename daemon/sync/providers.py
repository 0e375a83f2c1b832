"""Which of F0's three providers keeps a connector's calendars, as far as its configuration tells."""

from collections.abc import Mapping

from config.settings import ConnectorSettings
from connectors.registry import kind_of
from connectors.web.urls import BadAddressError, read_url
from engine.model.user import Provider

_HOSTS = {
    "icloud.com": Provider.APPLE,
    "calendar.google.com": Provider.GOOGLE,
    "outlook.com": Provider.OUTLOOK,
    "outlook.live.com": Provider.OUTLOOK,
    "outlook.office365.com": Provider.OUTLOOK,
    "office365.com": Provider.OUTLOOK,
}


def provider_of(connector: ConnectorSettings) -> Provider | None:
    """Tell who keeps it; None where F0 has no word for that, or the address is a secret kept elsewhere."""
    by_kind = kind_of(connector.kind).provider
    if by_kind is not None:
        return by_kind
    host = _host(getattr(connector.options, "url", None))
    return next((who for name, who in _HOSTS.items() if host == name or host.endswith(f".{name}")), None)


def _host(url: object) -> str:
    told = getattr(url, "get_secret_value", lambda: url)()
    try:
        return read_url(told.strip()).origin.host if isinstance(told, str) else ""
    except BadAddressError:
        return ""


def providers_of(connectors: Mapping[str, ConnectorSettings]) -> dict[str, Provider]:
    """Tell it of every connector of which it is known."""
    found = {one.name: provider_of(one) for one in connectors.values()}
    return {name: provider for name, provider in found.items() if provider is not None}
