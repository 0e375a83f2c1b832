"""The parts of a mail that say the same, written by hand: nothing in their heads is anybody's text.

What they say is in base64 (RFC 2045 section 6.8), in which no boundary can stand.
"""

from base64 import encodebytes
from collections.abc import Mapping
from hashlib import sha256

from connectors.ical.mail.headers import CRLF


def alternatives(parts: Mapping[str, str], calendar: Mapping[str, str]) -> bytes:
    """Write the last headers of a mail and its parts by type, the plainest first (RFC 2046 section 5.1.4).

    `calendar` are the parameters of a part for calendar programs. The same parts give the same bytes.

    Raises:
        UnicodeEncodeError: a text is none.
    """
    bodies = {kind: CRLF.encode().join(text.encode().splitlines()) for kind, text in parts.items()}
    boundary = f"=_{sha256(CRLF.encode().join(bodies.values())).hexdigest()[:24]}"
    written = ["MIME-Version: 1.0", f'Content-Type: multipart/alternative; boundary="{boundary}"', ""]
    for kind, body in bodies.items():
        more = calendar if kind == "text/calendar" else {}
        words = [f'{name}="{value}"' for name, value in {"charset": "utf-8", **more}.items()]
        told = encodebytes(body + CRLF.encode()).decode("ascii").splitlines()
        head = [f"Content-Type: {'; '.join([kind, *words])}", "Content-Transfer-Encoding: base64"]
        written += [f"--{boundary}", *head, "", *told]
    return CRLF.join([*written, f"--{boundary}--", ""]).encode("ascii")
