"""The letter that signs a browser in: one address, good for a quarter of an hour and for once."""

import os
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import parseaddr
from functools import partial
from html import escape

from config.configuration import Configuration
from config.secrets import SecretPlaces
from connectors.ical.mail.headers import header_text, phrase
from connectors.ical.mail.invitation import checked_address
from connectors.ical.mail.relay import Relay
from daemon.app.accounts.sign_in_letters import SignInLetter
from daemon.notices.outlets import relay_of
from engine.model.user import User

KIND = "sign_in"
SUBJECT = "Sign in to gatherly"
TEXT = """\
Open this address to sign a browser in. It works once, for 15 minutes.

{address}

You did not ask for it? Then let it be: nothing has happened, and nobody is signed in.
"""
HTML = """\
<!doctype html>
<html lang="en"><head><meta name="color-scheme" content="light dark"><title>{subject}</title></head>
<body style="font-family: system-ui, sans-serif; line-height: 1.5; max-width: 32rem; margin: 2rem auto">
<h1 style="font-size: 1.25rem">{subject}</h1>
<p>Press the button in the browser that is to be signed in. It works once, for 15 minutes.</p>
<p><a href="{address}" style="display: inline-block; padding: 0.75rem 1.25rem; border-radius: 8px;
background: #0f6a5e; color: #ffffff; text-decoration: none; font-weight: 600">Sign in</a></p>
<p style="color: #666a70; font-size: 0.875rem">You did not ask for it? Then let it be: nothing has happened,
and nobody is signed in.</p>
</body></html>
"""


def sign_in_letters(configuration: Configuration) -> SignInLetter | None:
    """Give what sends sign-in letters; None where no mail is set up."""
    settings, places = configuration.settings.mail, SecretPlaces.of(configuration.file, os.environ)
    if settings.smtp is None or settings.sender is None:
        return None
    return partial(_send, relay_of(settings, settings.smtp, places), settings.sender)


def _send(relay: Relay, sender: str, user: User, address: str) -> None:
    name, plain = parseaddr(sender)
    origin, recipient = checked_address(plain), checked_address(user.email)
    letter = EmailMessage(policy=SMTP)
    letter["Subject"] = header_text(SUBJECT)
    letter["From"] = f"{phrase(name) or 'gatherly'} <{origin}>"
    letter["To"] = recipient
    letter["Auto-Submitted"] = "auto-generated"
    letter["X-Gatherly-Kind"] = KIND
    letter.set_content(TEXT.format(address=address))
    letter.add_alternative(HTML.format(subject=SUBJECT, address=escape(address, quote=True)), subtype="html")
    relay.send(origin, recipient, letter.as_bytes())
