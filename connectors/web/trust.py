"""Whose certificate is good: the machine's authorities, the operator's, or one certificate alone."""

import hashlib
import hmac
import ssl
from dataclasses import dataclass
from pathlib import Path

from engine.errors import InputError

EXPIRED, NOT_YET, OTHER_NAME, OTHER_ADDRESS = 10, 9, 62, 64
"""OpenSSL's numbers for why a certificate is refused (x509_vfy.h)."""
_OWN = (
    'If it is a server of your own, name its authority with ca_file, or itself with fingerprint = "sha256:…"'
)


@dataclass(frozen=True, slots=True)
class Trust:
    """What a connector trusts besides what the machine does.

    `authority` is a PEM file with certificates of authorities; `fingerprint` the SHA-256 of the one
    certificate that a server has to show, whoever signed it and whatever names it is for.
    """

    authority: Path | None = None
    fingerprint: bytes | None = None

    def context(self) -> ssl.SSLContext:
        """Make what checks certificates.

        Raises:
            InputError: the authority's file cannot be read, or holds no certificate.
        """
        context = ssl.create_default_context()
        if self.fingerprint is not None:
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        if self.authority is not None:
            try:
                context.load_verify_locations(cafile=self.authority)
            except ssl.SSLError as error:
                what = f"{self.authority} holds no certificate of an authority"
                raise InputError(what, "Give a PEM file: -----BEGIN CERTIFICATE----- …") from error
            except OSError as error:
                remedy = "Give the path of a file that the user gatherly runs as may read"
                raise InputError(f"{self.authority} cannot be read: {error.strerror}", remedy) from error
        return context

    def refusal(self, certificate: bytes | None) -> str | None:
        """Say why the certificate that a server showed (DER) is not the trusted one; None where it is."""
        if self.fingerprint is None:
            return None
        shown = hashlib.sha256(certificate or b"").digest()
        if certificate is not None and hmac.compare_digest(shown, self.fingerprint):
            return None
        return f"its certificate is another than the trusted one: sha256:{shown.hex()}"


MACHINES = Trust()
"""What the machine trusts, and nothing else."""


def fingerprint(text: str) -> bytes:
    """Read a certificate's fingerprint: `sha256:` or not, 64 hexadecimal digits with or without colons.

    Raises:
        ValueError: it is written otherwise.
    """
    written = text.strip().lower()
    for prefix in ("sha256 fingerprint=", "sha-256:", "sha256:"):
        written = written.removeprefix(prefix)
    digits = written.replace(":", "").replace(" ", "")
    if len(digits) != 64 or not set(digits) <= set("0123456789abcdef"):
        raise ValueError(
            "a fingerprint is sha256: and 64 digits, as `openssl x509 -noout -fingerprint -sha256` prints"
        )
    return bytes.fromhex(digits)


def version_of(connection: object) -> str | None:
    """Give the version of TLS that a connection speaks; None where it is in clear.

    A library may hand out the inner object of Python's, which is of no class that has a name.
    """
    version = getattr(connection, "version", None)
    told = version() if callable(version) else None
    return told if isinstance(told, str) else None


def spoken(version: str | None) -> str:
    """Say how one is spoken to: `over TLS 1.3`."""
    return "without TLS" if version is None else f"over {version.replace('TLSv', 'TLS ')}"


def refused(error: BaseException) -> tuple[str, str] | None:
    """Say in words why a server's certificate was refused, and what to do; None where it was not."""
    seen: BaseException | None = error
    while seen is not None and not isinstance(seen, ssl.SSLCertVerificationError):
        seen = seen.__cause__ or seen.__context__
    if seen is None:
        return None
    why = f" ({seen.verify_message})" if seen.verify_message else ""
    if seen.verify_code == EXPIRED:
        return f"its certificate has expired{why}", "Have it renewed, and look at this machine's clock"
    if seen.verify_code == NOT_YET:
        return f"its certificate is not valid yet{why}", "Set this machine's clock by NTP"
    if seen.verify_code in (OTHER_NAME, OTHER_ADDRESS):
        return f"its certificate is for other names{why}", f"Use the name that it is for. {_OWN}"
    return f"its certificate is signed by nobody whom this machine trusts{why}", _OWN
