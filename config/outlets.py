"""What people and programs are told through: the mail relay, channels, webhooks; and how somebody wants it.

Channels and webhooks stand by name, `[notify.NAME]` and `[webhooks.NAME]`; "email" is always there.
"""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, model_validator

from config.table import Table
from config.values import MinuteOfDay, refuse
from engine.model.notices import EMAIL, Digest, NoticePreferences, QuietHours

EVENTS = (
    *(f"session.{what}" for what in ("proposed", "accepted", "booked", "moved", "reopened", "cancelled")),
    *("session.failed", "connector.state", "notification"),
)
"""What a webhook may be told of, as `/v1/stream` names it."""
SCHEMES = frozenset(
    {"ntfy", "ntfys", "gotify", "gotifys", "mmost", "mmosts", "matrix", "matrixs", "slack", "workflows"}
    | {"tgram", "pover", "signal", "signals", "discord"}
)
"""The services that a channel may be of."""
_LONGEST_REMINDER = 28 * 1440
_MOST = 20


class MailSettings(Table):
    """`[mail]`: the one relay for everything that gatherly mails."""

    smtp: str | None = Field(default=None, pattern=r"^smtps?://\S+$")
    """smtps:// = TLS; smtp:// = STARTTLS where offered, required when there is a password."""
    sender: str | None = Field(default=None, alias="from", min_length=3)
    """The address that mails come from."""
    username: str | None = None
    """The name to log in with, where the relay asks."""
    password: SecretStr | None = None
    password_file: str | None = None
    password_credential: str | None = None
    password_command: tuple[str, ...] | None = Field(default=None, min_length=1)

    @model_validator(mode="after")
    def _whole(self) -> "MailSettings":
        if (self.smtp is None) != (self.sender is None):
            refuse("one of smtp and from is missing", "give both, or leave [mail] out")
        given = [key for key in _PASSWORDS if getattr(self, key) is not None]
        if len(given) > 1:
            refuse(f"{' and '.join(given)} are given", f"keep one of {', '.join(_PASSWORDS)}")
        return self

    @property
    def is_set(self) -> bool:
        """Whether anything can be mailed."""
        return self.smtp is not None


_PASSWORDS = ("password", "password_file", "password_credential", "password_command")


class ChannelSettings(Table):
    """`[notify.NAME]`: a channel through Apprise; its address is a secret."""

    url: SecretStr | None = None
    """The service's address, as Apprise writes it; or one of the three that follow."""
    url_file: str | None = None
    url_credential: str | None = None
    url_command: tuple[str, ...] | None = Field(default=None, min_length=1)
    allow_private_network: bool = False
    """Whether this one channel may reach private addresses."""

    @model_validator(mode="after")
    def _one_address(self) -> "ChannelSettings":
        given = [key for key in _ADDRESSES if getattr(self, key) is not None]
        if len(given) != 1:
            refuse(
                f"{' and '.join(given)} are given" if given else "url is missing",
                f"give one of {', '.join(_ADDRESSES)}",
            )
        if self.url is not None:
            known_scheme(self.url.get_secret_value())
        return self


_ADDRESSES = ("url", "url_file", "url_credential", "url_command")


def known_scheme(url: str) -> str:
    """Give the service that a channel's address names.

    Raises:
        PydanticCustomError: it is none that channels may be of.
    """
    scheme = url.partition("://")[0].lower()
    if scheme not in SCHEMES:
        right = f"begin it with one of {', '.join(sorted(SCHEMES))}"
        refuse("url names no service that is known here", right)
    return scheme


class WebhookSettings(Table):
    """`[webhooks.NAME]`: an address that is told what happens, signed."""

    url: str = Field(pattern=r"^https?://[^\s/?#@]+(?:[/?][^\s#]*)?$", max_length=2048)
    secret: SecretStr | None = None
    """The key of the signatures; or one of the three that follow."""
    secret_file: str | None = None
    secret_credential: str | None = None
    secret_command: tuple[str, ...] | None = Field(default=None, min_length=1)
    events: tuple[Literal[EVENTS], ...] | None = None  # type: ignore[valid-type] # one list for all who ask
    """What it is told of; absent = everything."""
    allow_private_network: bool = False
    """Whether it may be at a private address, or without TLS."""

    @model_validator(mode="after")
    def _sound(self) -> "WebhookSettings":
        given = [key for key in _SECRETS if getattr(self, key) is not None]
        if len(given) != 1:
            refuse(
                f"{' and '.join(given)} are given" if given else "secret_file is missing",
                f"give one of {', '.join(_SECRETS)}",
            )
        if self.url.startswith("http://") and not self.allow_private_network:
            refuse("url goes without TLS", "write https://, or set allow_private_network = true")
        return self


_SECRETS = ("secret", "secret_file", "secret_credential", "secret_command")


class QuietTable(Table):
    """When somebody is not to be disturbed, on their own clock; an end not after the start is tomorrow's."""

    start: MinuteOfDay
    end: MinuteOfDay


class NoticeKeys(BaseModel):
    """The keys of `[users.NAME]` that say how somebody is told."""

    model_config = ConfigDict(defer_build=True)

    notify: tuple[Annotated[str, Field(min_length=1, max_length=100)], ...] = Field(
        default=(EMAIL,), max_length=_MOST
    )
    """Channels, `[notify.NAME]` or "email"; none = never."""
    quiet_hours: QuietTable | None = None
    """On their own clock: what is not urgent waits for their end."""
    digest: Digest = Digest.OFF
    """What needs no answer comes together: off, hourly, or daily at 08:00 of their own clock."""
    reminders: Annotated[
        tuple[Annotated[int, Field(ge=0, le=_LONGEST_REMINDER)], ...], Field(max_length=_MOST)
    ] = (60, 15)
    """Minutes before an event at which they are reminded."""
    clock: Literal["24h", "12h"] = "24h"
    """How texts for them, and pages, tell the time of day."""
    week_starts: Literal["monday", "sunday"] = "monday"
    """The day on which their week begins on pages."""
    theme: Literal["system", "light", "dark"] = "system"
    """How pages look, until a browser is told otherwise."""

    @property
    def notice_preferences(self) -> NoticePreferences:
        """How they are told, as the file says."""
        quiet = self.quiet_hours
        return NoticePreferences(
            channels=tuple(dict.fromkeys(self.notify)),
            quiet=None if quiet is None else QuietHours(quiet.start, quiet.end),
            digest=self.digest,
            reminders=tuple(sorted(set(self.reminders), reverse=True)),
            hours_24=self.clock == "24h",
        )
