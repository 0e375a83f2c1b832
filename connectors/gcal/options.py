"""What an operator can set for Google Calendar."""

from typing import Literal, Self

from pydantic import Field, model_validator

from connectors.options import PrivateNetworks, ReadingOptions, WebAddress


class GoogleOptions(ReadingOptions):
    """`kind = "google"`: a person's grant, or a service account that acts for somebody."""

    client_secret_file: str | None = Field(
        default=None, description="The OAuth client as downloaded from Google's console"
    )
    service_account_file: str | None = Field(
        default=None, description="A service account's key, with `subject`"
    )
    subject: str | None = Field(default=None, description="Whom the service account acts for")
    api_root: WebAddress = Field(
        default="https://www.googleapis.com",
        description="Google's API, or a proxy",
    )
    token_uri: WebAddress = Field(
        default="https://oauth2.googleapis.com/token",
        description="Where tokens are renewed",
    )
    out_of_office: Literal["busy", "free"] = Field(
        default="busy", description="What an out-of-office event makes its owner"
    )
    focus_time: Literal["busy", "free"] = Field(
        default="busy", description="What a focus-time event makes its owner"
    )
    send_updates: Literal["none", "externalOnly", "all"] = Field(
        default="none", description="Whether Google mails an event's guests too; gatherly tells people itself"
    )
    project_requests_per_minute: int = Field(
        default=9000, ge=1, description="What gatherly asks at most for the whole project"
    )
    user_requests_per_minute: int = Field(
        default=540, ge=1, description="What gatherly asks at most for one account"
    )
    project_requests_per_day: int = Field(
        default=1_000_000,
        ge=1,
        description="The project's daily budget, whose share status forecasts",
    )
    push: bool = Field(
        default=False, description="Have changes told as they happen; needs public_url, by https"
    )
    allow_private_network: PrivateNetworks = False

    @model_validator(mode="after")
    def _one_way_in(self) -> Self:
        if (self.client_secret_file is None) == (self.service_account_file is None):
            raise ValueError("give either client_secret_file or service_account_file with subject")
        if self.service_account_file is not None and not self.subject:
            raise ValueError("subject is missing; service_account_file needs the address it acts for")
        return self
