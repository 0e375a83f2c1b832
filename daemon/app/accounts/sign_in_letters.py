"""Mailing the address that signs a browser in: alike for known and unknown, and nobody waits for it."""

import threading
from collections.abc import Callable
from functools import partial

import structlog

from config.configuration import Configuration
from daemon.app.access import Access
from daemon.app.accounts.browsers import sign_in_address
from engine.model.user import User
from engine.trouble import Trouble, attempt

SignInLetter = Callable[[User, str], None]
"""Sends somebody the address that signs them in; raises `SourceError` where it could not."""
Letters = Callable[[Configuration], SignInLetter | None]
"""Gives what sends letters as a configuration says; None where no mail is set up."""
_LOG = structlog.get_logger()


def no_letters(_: Configuration) -> None:
    """Send none."""


def mail_sign_in(access: Access, letter: SignInLetter, address: str) -> None:
    """Have a letter sent to whoever has an address, beside the request that asks for it."""
    work = partial(_mail, access, letter, address)
    threading.Thread(target=work, name="sign-in letter", daemon=True).start()


def _mail(access: Access, letter: SignInLetter, address: str) -> None:
    told = attempt(partial(_send, access, letter, address.lower()))
    if isinstance(told, Trouble):
        _LOG.warning("sign_in.letter_failed", why=told.line)


def _send(access: Access, letter: SignInLetter, address: str) -> None:
    with access.store.reading() as tx:
        known = [user for user in tx.users.all() if address in (user.email.lower(), user.id.lower())]
    for user in known[:1]:
        letter(user, sign_in_address(access, user.id))
