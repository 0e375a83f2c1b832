"""How gatherly is reached by HTTP, and who says there who somebody is."""

from pathlib import Path

from pydantic import Field, SecretStr, model_validator

from config.table import Table
from config.values import Listen, refuse


class OidcSettings(Table):
    """`[api.oidc]`: an issuer that says who somebody is (OpenID Connect)."""

    issuer: str = Field(pattern=r"^https?://[^?#\s@]+$")
    """As it names itself."""
    client_id: str = Field(min_length=1, max_length=500)
    client_secret: SecretStr | None = None
    client_secret_file: Path | None = None
    client_secret_credential: str | None = None
    client_secret_command: tuple[str, ...] | None = None
    audience: str | None = None
    """What the `aud` of a bearer token is or holds; absent = `client_id`."""
    allow_private_network: bool = False
    """Whether the issuer may be on a private network, and be asked without TLS."""

    @model_validator(mode="after")
    def _is_safe(self) -> "OidcSettings":
        if self.issuer.startswith("http:") and not self.allow_private_network:
            refuse(
                "issuer is not https",
                "write an https address, or allow_private_network = true for a server of your own",
            )
        return self


class ApiSettings(Table):
    """`[api]`: the HTTP interface."""

    listen: Listen = "127.0.0.1:8765"
    """Empty: it is off."""
    public_url: str | None = Field(default=None, pattern=r"^https?://[^/?#\s@]+/?$")
    """Where people reach it; absent = `http://` and `listen`."""
    requests_per_minute: int = Field(default=300, ge=1, le=1_000_000)
    """What one token may ask."""
    tls_cert_file: Path | None = None
    """With `tls_key_file`: HTTPS by itself."""
    tls_key_file: Path | None = None
    trusted_proxies: tuple[str, ...] = ()
    """Addresses whose X-Forwarded-For and -Proto are believed."""
    oidc: OidcSettings | None = None
    """Who signs in at an issuer; absent = by mailed links and tokens alone."""

    @model_validator(mode="after")
    def _whole_pair(self) -> "ApiSettings":
        if (self.tls_cert_file is None) != (self.tls_key_file is None):
            refuse("one of tls_cert_file and tls_key_file is missing", "give both, or none")
        return self

    @property
    def is_unix(self) -> bool:
        """Whether it listens on a Unix socket."""
        return self.listen.startswith("unix:")

    @property
    def base(self) -> str:
        """The address that links begin with, without a slash at its end."""
        if self.public_url is not None:
            return self.public_url.rstrip("/")
        scheme = "http" if self.tls_cert_file is None else "https"
        return f"{scheme}://{'localhost' if self.is_unix else self.listen}"
