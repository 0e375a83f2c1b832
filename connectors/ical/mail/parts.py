"""The parts of a mail that say the same, as the library writes them: in base64, where no boundary can stand.

The library's older policy writes them in a quarter of its newer one's time, which reads each header that it
has just written; nothing in these is anybody's text, so that there is nothing to read.
"""

from collections.abc import Mapping
from email.charset import BASE64, Charset
from email.mime.multipart import MIMEMultipart
from email.mime.nonmultipart import MIMENonMultipart
from email.policy import compat32
from hashlib import sha256

from connectors.ical.mail.headers import CRLF

_POLICY = compat32.clone(linesep=CRLF)


def alternatives(parts: Mapping[str, str], calendar: Mapping[str, str]) -> bytes:
    """Write the last headers of a mail and its parts by type, the plainest first (RFC 2046 section 5.1.4).

    `calendar` are the parameters of a part for calendar programs. The same parts give the same bytes.

    Raises:
        UnicodeEncodeError: a text is none.
    """
    texts = {kind: "".join(f"{line}{CRLF}" for line in text.splitlines()) for kind, text in parts.items()}
    boundary = f"=_{sha256(''.join(texts.values()).encode()).hexdigest()[:24]}"
    whole = MIMEMultipart("alternative", boundary=boundary, policy=_POLICY)
    of_several = whole["Content-Type"]
    del whole["Content-Type"]
    whole["Content-Type"] = of_several  # the last header, as those who read a mail are used to
    for kind, text in texts.items():
        part = MIMENonMultipart(*kind.split("/"), policy=_POLICY)
        part.set_payload(text, _in_base64())
        for name, value in calendar.items() if kind == "text/calendar" else ():
            part.set_param(name, value)
        whole.attach(part)
    return whole.as_bytes(policy=_POLICY)


def _in_base64() -> Charset:
    """Write UTF-8 in base64, whatever another library has told this process of UTF-8."""
    found = Charset("utf-8")
    found.body_encoding = BASE64
    return found
