"""What the machine knows of itself and of who sits at it: a login, a name, an address."""

import getpass
import pwd
import socket

from engine.trouble import Trouble, attempt


def login() -> str:
    """Give the name under which somebody is logged in."""
    found = attempt(getpass.getuser)
    return "me" if isinstance(found, Trouble) else found


def full_name(user: str) -> str:
    """Give a login's name as the machine knows it; the login where it knows none."""
    found = attempt(lambda: pwd.getpwnam(user).pw_gecos)
    told = "" if isinstance(found, Trouble) else found.partition(",")[0].strip()
    return told or user


def local_address(user: str) -> str:
    """Give the address that a login has on this machine alone."""
    found = attempt(socket.gethostname)
    return f"{user}@{'localhost' if isinstance(found, Trouble) or not found else found}"
