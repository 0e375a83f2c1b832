"""`python -m tests.browser.pictures`: the pictures of README and docs, drawn anew from the demonstration."""

import sys
import tempfile
from pathlib import Path

from daemon.notices.dispatching import told_by
from daemon.notices.mail_html import as_html
from daemon.notices.notifying import telling_of
from daemon.notices.rules import rules_of
from daemon.notices.wording import content_of
from engine.ids import UserId
from engine.model.notices import NoticeKind
from tests.browser.site import Site, served

FOLDER = Path(__file__).parents[2] / "docs" / "pictures"
HIGH = 1000
READER = UserId("alice@example.com")
MAILS = (NoticeKind.PROPOSED, NoticeKind.BOOKED, NoticeKind.FAILED)
PHONE = {"width": 390, "height": 400}
SCHEMES = ("light", "dark")


def mails(site: Site) -> dict[NoticeKind, str]:
    """Give the HTML of the last mail of each kind, as its reader is sent it."""
    access, services = site.services.access, site.services
    settings = access.configuration.settings
    rules = rules_of(settings, services.targets, services.store.install, services.custody.identifier)
    found = {}
    with services.store.reading() as tx:
        for kept in reversed(tx.repositories.notifications.of_user(READER)):
            entry, user = told_by(tx, kept), tx.users.get(READER)
            if entry is None or user is None or kept.notification_type not in MAILS:
                continue
            telling = telling_of(tx, rules, entry, user, services.clock.now())
            found[NoticeKind(kept.notification_type)] = as_html(content_of(telling))
    return found


def draw_mails(site: Site, folder: Path) -> list[Path]:
    """Draw mails as a telephone shows them, by day and by night; nothing is loaded for them."""
    drawn = []
    for scheme in SCHEMES:
        context = site.context(viewport=PHONE, color_scheme=scheme, device_scale_factor=1.5, offline=True)
        page = site.page(context)
        for kind, html in sorted(mails(site).items()):
            page.set_content(html)
            file = folder / f"mail_{kind}_{scheme}.png"
            page.screenshot(path=file, full_page=True)
            drawn.append(file)
        context.close()
    return drawn


def draw(site: Site, folder: Path) -> list[Path]:
    """Draw what somebody sees: what needs them, a session on offer, and one that is booked on a telephone."""
    wide = site.signed_in("alice", viewport={"width": 1440, "height": HIGH})
    drawn = []
    for name, path in (
        ("home", "/"),
        ("session", f"/sessions/{site.session('Roadmap review')}"),
        ("booked", f"/sessions/{site.session('Project kick-off')}"),
    ):
        wide.goto(f"{site.base}{path}")
        file = folder / f"{name}.png"
        wide.screenshot(path=file)
        drawn.append(file)
    wide.context.close()
    return drawn


def main() -> int:
    """Draw them into docs/pictures."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as root, served(Path(root)) as site:
        for file in (*draw(site, FOLDER), *draw_mails(site, FOLDER)):
            print(file.relative_to(FOLDER.parents[1]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
