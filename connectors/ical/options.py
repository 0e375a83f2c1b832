"""What an operator can set for the connectors of the iCalendar family."""

from typing import ClassVar

from pydantic import ConfigDict, Field, SecretStr

from connectors.ical.scheduleagent import ScheduleAgent
from connectors.options import ConnectorOptions, PrivateNetworks, ReadingOptions, ServerOptions, WebAddress


class FeedOptions(ServerOptions):
    """`kind = "ics"`: a published calendar, read-only; its address is a secret."""

    secrets: ClassVar[dict[str, bool]] = {"url": True}

    url: SecretStr | None = Field(
        default=None, description="The feed's address, http, https or webcal; it is a secret"
    )
    url_file: str | None = Field(default=None, description="A file that holds the address")
    url_credential: str | None = Field(
        default=None, description="A systemd credential that holds the address"
    )
    url_command: tuple[str, ...] | None = Field(default=None, description="A command that prints the address")
    allow_private_network: PrivateNetworks = False


class FolderOptions(ReadingOptions):
    """`kind = "folder"`: a folder of .ics files (vdir), or one .ics file."""

    path: str = Field(
        min_length=1, description="The folder or the .ics file, seen from the configuration file's folder"
    )


class CalDavOptions(ServerOptions):
    """`kind = "caldav"`: iCloud, Fastmail, Nextcloud, Radicale and the like."""

    secrets: ClassVar[dict[str, bool]] = {"password": True}

    url: WebAddress = Field(description="The server's or the account's address, http or https")
    username: str = Field(min_length=1, description="The name to log in with")
    password: SecretStr | None = Field(default=None, description="The password or app password")
    password_file: str | None = Field(default=None, description="A file that holds the password")
    password_credential: str | None = Field(
        default=None, description="A systemd credential that holds the password"
    )
    password_command: tuple[str, ...] | None = Field(
        default=None, description="A command that prints the password"
    )
    schedule_agent: ScheduleAgent = Field(
        default=ScheduleAgent.NONE,
        description="Who delivers a booked event to its attendees: none, as each has a copy; client; server",
    )
    allow_private_network: PrivateNetworks = False


class EmailOptions(ConnectorOptions):
    """`kind = "email"`: confirmed events reach read-only attendees as iMIP invitations (RFC 6047)."""

    model_config = ConfigDict(frozen=True, extra="forbid", serialize_by_alias=True)
    secrets: ClassVar[dict[str, bool]] = {"password": False}

    smtp: str = Field(
        pattern=r"^smtps?://\S+$", description="The relay: smtps:// = TLS; smtp:// = STARTTLS where offered"
    )
    sender: str = Field(alias="from", min_length=3, description="The address that invitations come from")
    username: str | None = Field(default=None, description="The name to log in with, where the relay asks")
    password: SecretStr | None = Field(default=None, description="The password")
    password_file: str | None = Field(default=None, description="A file that holds the password")
    password_credential: str | None = Field(
        default=None, description="A systemd credential that holds the password"
    )
    password_command: tuple[str, ...] | None = Field(
        default=None, description="A command that prints the password"
    )
