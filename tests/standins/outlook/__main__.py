"""`python -m tests.standins.outlook`: an Outlook to connect to by hand; prints how."""

import argparse
import json
import sys
import threading
from pathlib import Path

from tests.standins.outlook.kindness import Kindness
from tests.standins.outlook.login import Login, exported
from tests.standins.outlook.outlook import APP, CLIENT, TENANT, Outlook
from tests.standins.outlook.owner import Owner, daily
from tests.standins.outlook.server import Now, serving

SCOPES = ("Calendars.ReadWrite", "offline_access")


def main() -> None:
    """Serve until interrupted."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--port", type=int, default=0)
    words.add_argument("--account", action="append", default=[], help="an account's address; repeat")
    words.add_argument("--folder", type=Path, help="write ADDRESS.json (a grant) and secret here")
    words.add_argument("--events", type=int, default=0, help="so many events an account, in the coming weeks")
    asked = words.parse_args()
    outlook = Outlook(kindness=Kindness(prompt_lists=True, steady_etags=True, shows_transactions=True))
    outlook.state.clock = Now()
    with serving(outlook, asked.port) as server:
        for email in asked.account or ["alice@example.com"]:
            fill(Owner(outlook, outlook.account(email)), asked.events)
            refresh, _ = Login(outlook.state).grant(CLIENT.id, email, SCOPES)
            if asked.folder:
                (asked.folder / f"{email}.json").write_text(json.dumps(exported(refresh, CLIENT.id)))
        if asked.folder:
            (asked.folder / "secret").write_text(str(APP.secret))
        told = {"api_root": server.url, "authority": server.url, "client_id": CLIENT.id}
        print(json.dumps({**told, "app_id": APP.id, "app_tenant": TENANT}), flush=True)
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            sys.exit(0)


def fill(owner: Owner, events: int) -> None:
    """Give an account events of an hour each; every sixth is a daily series of ten."""
    for number in range(events):
        day = f"2026-{11 + number % 2}-{1 + number % 28:02}"
        hour = number % 23
        rule = daily(10, day) if number % 6 == 0 else None
        times = f"{day}T{hour:02}:00:00", f"{day}T{hour + 1:02}:00:00"
        owner.put(*times, subject=f"Something of {number}", recurrence=rule)


if __name__ == "__main__":
    main()
