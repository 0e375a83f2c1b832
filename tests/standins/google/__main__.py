"""`python -m tests.standins.google`: a Google to connect to by hand; prints how."""

import argparse
import json
import sys
from pathlib import Path

from tests.standins.google.files import authorized_user, client_secret
from tests.standins.google.google import CLIENT, Google
from tests.standins.google.kindness import Kindness
from tests.standins.google.oauth import SCOPE, OAuth
from tests.standins.google.server import WallClock, serving
from tests.standins.google.state import Clock


class _Now(WallClock, Clock):
    """The real time where the stand-in expects its virtual clock."""


def main() -> None:
    """Serve until interrupted."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--port", type=int, default=0)
    words.add_argument("--account", action="append", default=[], help="an account's address; repeat")
    words.add_argument(
        "--folder", type=Path, help="write client.json and ADDRESS.json (authorized user) here"
    )
    words.add_argument("--rotate", action="store_true", help="give a new refresh token with every refresh")
    words.add_argument("--events", type=int, default=0, help="so many events an account, in 2026 and 2027")
    asked = words.parse_args()
    google = Google(kindness=Kindness(prompt_lists=True, full_pages=True))
    google.state.clock = _Now()
    google.state.settings.rotate = asked.rotate
    with serving(google, asked.port) as server:
        for email in asked.account or ["alice@example.com"]:
            google.account(email)
            fill(google, email, asked.events)
            refresh, _ = OAuth(google.state).grant(CLIENT.id, email, (f"{SCOPE}calendar",))
            if asked.folder:
                (asked.folder / f"{email}.json").write_text(json.dumps(authorized_user(refresh)))
        if asked.folder:
            (asked.folder / "client.json").write_text(json.dumps(client_secret(server.url)))
        print(json.dumps({"api_root": server.url, "token_uri": f"{server.url}/token"}), flush=True)
        try:
            server.closing.wait()
        except KeyboardInterrupt:
            sys.exit(0)


def fill(google: Google, email: str, events: int) -> None:
    """Give an account events of an hour each; every sixth is a weekly series of ten."""
    for number in range(events):
        day = f"{2026 + number % 2}-{1 + number % 12:02}-{1 + number % 28:02}"
        hour = number % 23
        body = {
            "summary": f"Something of {number}",
            "start": {"dateTime": f"{day}T{hour:02}:00:00Z", "timeZone": "UTC"},
            "end": {"dateTime": f"{day}T{hour + 1:02}:00:00Z", "timeZone": "UTC"},
        }
        rule = {"recurrence": ["RRULE:FREQ=WEEKLY;COUNT=10"]} if number % 6 == 0 else {}
        google.api(email).insert({"calendarId": "primary"}, {}, {**body, **rule})


if __name__ == "__main__":
    main()
