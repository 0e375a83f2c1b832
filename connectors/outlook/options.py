"""What an operator can set for Outlook and Microsoft 365."""

from typing import Annotated, ClassVar, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from connectors.options import PrivateNetworks, ReadingOptions, WebAddress

MANY_TENANTS = frozenset({"common", "organizations", "consumers"})
"""What stands for everybody's tenant: an app alone has to name its own."""


def _address(text: str) -> str:
    if "@" not in text or " " in text.strip():
        raise ValueError(f"{text!r} is no address; write one such as carol@corp.example")
    return text.strip().lower()


Address = Annotated[str, AfterValidator(_address)]


class OutlookOptions(ReadingOptions):
    """`kind = "outlook"`: a person's consent, or an app that may open a mailbox by itself."""

    secrets: ClassVar[dict[str, bool]] = {"client_secret": False}

    client_id: str = Field(min_length=1, description="The app's id, as its registration shows it")
    tenant: str = Field(
        default="common",
        pattern=r"^[A-Za-z0-9.-]+$",
        description="The organisation's id or domain; common = any account",
    )
    mailbox: Address | None = Field(
        default=None, description="Whose calendars an app opens by itself, with its secret"
    )
    client_secret_file: str | None = Field(default=None, description="A file that holds the app's secret")
    client_secret_credential: str | None = Field(
        default=None, description="A systemd credential that holds the app's secret"
    )
    client_secret_command: tuple[str, ...] | None = Field(
        default=None, description="A command that prints the app's secret"
    )
    schedule: tuple[Address, ...] = Field(
        default=(), description="Whose free/busy is read through this account, into the users so addressed"
    )
    working_elsewhere: Literal["busy", "free"] = Field(
        default="busy", description="What working elsewhere makes its owner"
    )
    api_root: WebAddress = Field(
        default="https://graph.microsoft.com", description="Microsoft Graph, or a proxy"
    )
    authority: WebAddress = Field(
        default="https://login.microsoftonline.com", description="Where tokens are given"
    )
    push: bool = Field(
        default=False, description="Have changes told as they happen; needs public_url, by https"
    )
    allow_private_network: PrivateNetworks = False

    @model_validator(mode="after")
    def _one_way_in(self) -> Self:
        if (self.mailbox is None) != (not self.sources("client_secret")):
            raise ValueError("an app by itself needs both mailbox and client_secret_file; a person, neither")
        if self.mailbox is not None and self.tenant in MANY_TENANTS:
            raise ValueError(f"tenant {self.tenant!r} is everybody's; with mailbox name the organisation's")
        return self

    @property
    def alone(self) -> bool:
        """Whether the app opens the mailbox by itself: there is nobody's consent then."""
        return self.mailbox is not None
