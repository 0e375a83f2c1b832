"""`python -m tests.standins.outlook.person ADDRESS`: somebody who opens the consent page and accepts.

As the environment's BROWSER it answers what a program opens there; with `--paste` it prints the address that
a browser would end up at. With `--code` it enters a device's code at ADDRESS.
"""

import argparse
from urllib.parse import urlencode, urlsplit

from connectors.web.http import Http
from daemon.runtime.clock import SystemClock

FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def accept(page: str, login: str, http: Http, answer: str = "accept") -> str:
    """Answer what the page asks for; gives the address that the browser is sent to."""
    shown = http.request("GET", page)
    if shown.status != 200:
        raise SystemExit(f"The consent page answered {shown.status}: {shown.body.decode()}")
    form = f"{urlsplit(page).query}&{urlencode({'login': login, 'answer': answer})}"
    sent = http.request("POST", page.partition("?")[0], headers=FORM, body=form.encode())
    return sent.headers["location"].replace("//localhost:", "//127.0.0.1:", 1)


def main() -> None:
    """Accept, then go where one is sent."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("address")
    words.add_argument("--login", default="alice@example.com", help="whose account it is")
    words.add_argument("--paste", action="store_true", help="print the last address instead of going there")
    words.add_argument("--code", help="enter this code of a device")
    asked = words.parse_args()
    http = Http(SystemClock(), allow_private=True)
    if asked.code:
        form = urlencode({"code": asked.code, "login": asked.login}).encode()
        http.request("POST", asked.address, headers=FORM, body=form)
    elif asked.paste:
        print(accept(asked.address, asked.login, http))
    else:
        http.request("GET", accept(asked.address, asked.login, http))
    http.close()


if __name__ == "__main__":
    main()
