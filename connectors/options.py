"""What the options of every kind of connector have in common.

`kind`, `user`, `read` and `write` belong to each connector and are the configuration's; the rest is a kind's
own and stands in the `options` module of its family.
"""

from pathlib import Path
from typing import Annotated, ClassVar, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from connectors.web.trust import Trust, fingerprint

SECRET_SOURCES = ("", "_file", "_credential", "_command")
"""How a secret may be given: as it is, in a file, as a systemd credential, by a command."""


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError(f"{name!r} is not a zone; write an IANA name such as Europe/Berlin") from error
    return name


ZoneName = Annotated[str, AfterValidator(_known_zone)]
"""An IANA zone name."""


def _web_address(text: str) -> str:
    from connectors.web.urls import BadAddressError, read_url  # most kinds have no address

    try:
        url = read_url(text.strip())
    except BadAddressError as error:
        raise ValueError(error.what.partition(": ")[2] or error.what) from error
    return str(url) if text.strip().lower().startswith("webcal") else text.strip()


WebAddress = Annotated[str, Field(min_length=1), AfterValidator(_web_address)]
"""An absolute http or https address; webcal and webcals, which calendar programs write, mean https."""

PrivateNetworks = Annotated[
    bool,
    Field(
        description="Let this one connector reach private addresses (loopback, 10/8, 192.168/16, fc00::/7 …)"
    ),
]


class ConnectorOptions(BaseModel):
    """Options of one kind; `secrets` names those that may be given in any of the four ways."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    secrets: ClassVar[dict[str, bool]] = {}
    """Secret option: whether it has to be there."""

    tz: ZoneName | None = Field(
        default=None, description="A calendar's zone where it names none; absent = its user's"
    )

    @model_validator(mode="after")
    def _each_secret_once(self) -> "ConnectorOptions":
        for name, needed in self.secrets.items():
            given = self.sources(name)
            choices = ", ".join(name + suffix for suffix in SECRET_SOURCES)
            if len(given) > 1:
                raise ValueError(f"{' and '.join(given)} are given; give only one of {choices}")
            if needed and not given:
                raise ValueError(f"{name} is missing; give one of {choices}")
        return self

    def sources(self, secret: str) -> list[str]:
        """Name the fields through which a secret is given: none or one, once validated."""
        fields = (secret + suffix for suffix in SECRET_SOURCES)
        return [field for field in fields if getattr(self, field, None) is not None]


class ReadingOptions(ConnectorOptions):
    """Options of a kind that reads calendars."""

    transparent: Literal["free", "busy"] = Field(
        default="free",
        description='What is marked free makes its owner; "busy" for holiday calendars, which mark all so',
    )


def _fingerprint(text: str) -> str:
    fingerprint(text)
    return text


class ServerOptions(ReadingOptions):
    """Options of a kind that asks anybody's server, perhaps one at home with a certificate of its own."""

    ca_file: str | None = Field(
        default=None, description="Authorities (PEM) whose certificates this server may show, too"
    )
    fingerprint: Annotated[str, AfterValidator(_fingerprint)] | None = Field(
        default=None, description="The SHA-256 of the one certificate that this server has to show"
    )

    @model_validator(mode="after")
    def _one_trust(self) -> "ServerOptions":
        if self.ca_file is not None and self.fingerprint is not None:
            raise ValueError("ca_file and fingerprint are given; with a fingerprint no authority is asked")
        return self

    def trust(self, base: Path) -> Trust:
        """Say whose certificates are good; relative paths count from the configuration's folder."""
        return Trust(
            authority=None if self.ca_file is None else base / self.ca_file,
            fingerprint=None if self.fingerprint is None else fingerprint(self.fingerprint),
        )
