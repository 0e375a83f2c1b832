"""`python -m tests.standins.google.browser ADDRESS`: a person who opens the consent page and allows it.

As the environment's BROWSER it answers what a program opens there; with `--paste` it prints the address that
a browser would end up at, for somebody to paste.
"""

import argparse
from urllib.parse import parse_qsl, urlencode, urlsplit

from connectors.web.http import Http
from daemon.runtime.clock import SystemClock

FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def allow(address: str, login: str, http: Http) -> str:
    """Allow what the page asks for; gives the address that the browser is sent to."""
    page = http.request("GET", address)
    if page.status != 200:
        raise SystemExit(f"The consent page answered {page.status}: {page.body.decode()}")
    asked = dict(parse_qsl(urlsplit(address).query))
    form = urlencode({**asked, "login": login, "answer": "allow"})
    sent = http.request("POST", address.partition("?")[0], headers=FORM, body=form.encode())
    return sent.headers["location"]


def main() -> None:
    """Allow, then go where one is sent."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("address")
    words.add_argument("--login", default="alice@example.com", help="whose account it is")
    words.add_argument("--paste", action="store_true", help="print the last address instead of going there")
    asked = words.parse_args()
    http = Http(SystemClock(), allow_private=True)
    led_to = allow(asked.address, asked.login, http)
    if asked.paste:
        print(led_to)
    else:
        http.request("GET", led_to)
    http.close()


if __name__ == "__main__":
    main()
