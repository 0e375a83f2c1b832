"""What a call that failed tells: in plain words, and whether what answered speaks TLS at all."""

import ssl

from connectors.web.network import RefusedAddressError, RefusedCertificateError
from connectors.web.trust import refused
from engine.shortage import shortage_in
from engine.text.plain_text import without_codes


def speaks_no_tls(error: Exception) -> bool:
    """Whether a connection was refused, or what answered is not TLS; a bad certificate is TLS."""
    if isinstance(error, RefusedAddressError):
        return False
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, ssl.SSLCertVerificationError | RefusedCertificateError):
            return False
        if isinstance(seen, ssl.SSLError | ConnectionRefusedError | ConnectionResetError):
            return True
        seen = seen.__cause__ or seen.__context__
    return False


def words_of(error: Exception) -> str:
    """Say why no answer came, without the numbers of systems and libraries."""
    certificate, shortage = refused(error), shortage_in(error)
    if shortage is not None:
        return shortage.what
    return certificate[0] if certificate else without_codes(str(error)) or type(error).__name__
