"""How contacts are found here: by meaning, and by what, or by words alone, and why."""

from collections.abc import Iterator
from functools import partial

from config.configuration import Configuration
from config.installation import adding, is_here
from config.relations import EmbedderSettings
from daemon.app.check import Checked
from daemon.relations.embedders import LOCAL, Embedder, embedder_of
from engine.ports.world import Clock
from engine.trouble import Trouble, attempt

NAME = "relations"


def examined(configuration: Configuration, clock: Clock, *, online: bool) -> Iterator[Checked]:
    """Say what embedder is used; an address is asked to place one word, where it may be asked."""
    settings = configuration.settings.relations
    if not settings.enabled:
        return
    if settings.embedder == "none":
        yield Checked(
            name=NAME, problems=(), notes=("contacts are searched by words alone, as embedder says",)
        )
        return
    if not is_here("relations"):
        words = "Contacts are searched by words alone: finding by meaning needs the extra relations"
        remedy = f'{adding("relations")}; or write embedder = "none" under [relations]'
        yield Checked(name=NAME, problems=(), cautions=(f"{words}. {remedy}",))
        return
    embedder = embedder_of(configuration, clock)
    if not isinstance(settings.embedder, EmbedderSettings) or embedder is None:
        where = "of the extra relations, on this machine"
        yield Checked(name=NAME, problems=(), notes=(f"contacts are found by meaning by {LOCAL} {where}",))
    else:
        yield _asked(settings.embedder, embedder, online=online)


def _asked(settings: EmbedderSettings, embedder: Embedder, *, online: bool) -> Checked:
    words = f"contacts are found by meaning by {settings.model} at {settings.url}: texts of contacts go there"
    tried = attempt(partial(embedder.place, ["meeting"])) if online else None
    if isinstance(tried, Trouble):
        return Checked(name=NAME, problems=(tried.line,))
    size = "" if tried is None else f", in {tried.shape[1]} dimensions"
    return Checked(name=NAME, problems=(), notes=(words + size,))
