"""Finding by meaning: by an address of OpenAI's kind, and by the model in a wheel."""

import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from werkzeug import Response

from daemon.app.relations.examine import examined
from daemon.app.relations.indexes import Places
from daemon.app.relations.searching import search
from daemon.relations.embedders import LOCAL, LocalEmbedder, parse_rows, written
from daemon.runtime.clock import SystemClock
from engine.ids import UserId
from engine.time.span import HOUR
from tests.conftest import NOTHING_SERVED
from tests.daemon.http.asking import PEOPLE, Asked, served
from tests.daemon.http.conftest import NOW, SETTINGS
from tests.daemon.relations.acquainted import desk, known, lay, meeting
from tests.standins.embedder import DIMENSIONS, EmbedderServer, answer, embedder_server, placed
from tests.worlds.folder_world import FolderWorld

ALICE = UserId("alice")


def choose(world: FolderWorld, embedder: str) -> None:
    """Have a world's files say what finds by meaning."""
    chosen = re.sub("(?m)^embedder = .*$", lambda _: f"embedder = {embedder}", world.file.read_text())
    world.file.write_text(chosen)


@pytest.fixture
def server() -> Iterator[EmbedderServer]:
    with embedder_server() as one:
        yield one


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FolderWorld:
    monkeypatch.delenv(NOTHING_SERVED, raising=False)
    made = FolderWorld(tmp_path, PEOPLE, NOW, f'{SETTINGS}[relations]\nenabled = true\nembedder = "none"\n')
    lay(made)
    return made


def hits(api: Asked, question: str, who: str = "alice") -> list[tuple[str, str]]:
    found = api(who, "GET", f"/v1/search?q={question}").json()["items"]
    return [(one["kind"], one["fullName"]) for one in found]


def placed_texts(api: Asked) -> dict[str, str | None]:
    with api.services.store.reading() as tx:
        return {one.text: one.vector for one in tx.repositories.embeddings.of_user(ALICE)}


def test_an_address_of_openais_kind_places_each_distinct_text_once(
    world: FolderWorld, server: EmbedderServer
) -> None:
    choose(world, server.table)
    with served(world) as api:
        api.work()
        asked = [text for text in server.texts if text in placed_texts(api)]
        twice = {one for one in asked if asked.count(one) > 1}
        assert twice == {"Sync"}, "three football matches are one text; Bob's are apart from Alice's"
        assert {"Football match", "Orchard", "Choir"} <= set(asked)
        assert ("interaction", "Zoe X") in hits(api, "soccer")
        assert ("interaction", "Serial X") in hits(api, "singing")
        assert hits(api, "soccer", "bob") == []
        whose = [text for text, vector in placed_texts(api).items() if text == "Orchard" and vector]
        with api.services.store.reading() as tx:
            rows = [one for one in tx.repositories.embeddings.of_user(ALICE) if one.text == "Orchard"]
        assert (len(rows), len([one for one in rows if one.vector])) == (3, 1)
        assert whose

        asked_before = len(server.asked)
        zoe = known(api)["zoe"]["id"]
        called = {"contactId": zoe, "interactionType": "call", "interactionDate": NOW}
        assert api("alice", "POST", "/v1/interactions", called).status_code == 201
        assert placed_texts(api)["Football match"], "what is measured at once keeps its places"
        api.work()
        assert len(server.asked) == asked_before, "nothing is asked twice"
        meeting(world, "alice", "new", 2, "Apples", "zoe@x.example")
        api.work()
        assert server.texts[-1] == "Apples"
        assert hits(api, "orchard")[-1] == ("interaction", "Zoe X")
        _takes_back(api, world)


def _takes_back(api: Asked, world: FolderWorld) -> None:
    """Whoever had the one vector of a text goes: the text is placed again for those who are left."""
    with api.services.store.reading() as tx:
        holder = next(
            one.contact_id
            for one in tx.repositories.embeddings.of_user(ALICE)
            if one.text == "Orchard" and one.vector
        )
    assert api("alice", "DELETE", f"/v1/contacts/{holder}").status_code == 204
    meeting(world, "alice", "stir", 2, "Apples", "anchor@x.example")
    api.work()
    with api.services.store.reading() as tx:
        rows = [one for one in tx.repositories.embeddings.of_user(ALICE) if one.text == "Orchard"]
    assert (len(rows), len([one for one in rows if one.vector])) == (2, 1)
    assert len({name for _, name in hits(api, "apples") if name}) >= 3


def test_texts_and_places_lie_sealed_and_are_handed_out_and_go(
    world: FolderWorld, server: EmbedderServer
) -> None:
    choose(world, server.table)
    with served(world) as api:
        api.work()
        vector = next(one for one in placed_texts(api).values() if one)
        world_bytes = b"".join(one.read_bytes() for one in world.root.rglob("gatherly.db*"))
        assert world_bytes
        for clear in (b"Football match", vector.encode(), b'"ball"'):
            assert clear not in world_bytes
        archive = api.services.custody.export(ALICE)
        assert any(one["text"] == "Football match" for one in archive["embeddings"])
        assert ("interaction", "Zoe X") in hits(api, "soccer")
        assert api.services.access.indexes.people == {ALICE}
        api.services.custody.erase(ALICE, api.services.clock.now())
        api.services.access.indexes.sweep(api.services.store, desk(api).names, api.services.clock.now())
        assert placed_texts(api) == {}
        assert not api.services.access.indexes.people


@pytest.mark.long
@pytest.mark.upload
def test_who_goes_goes_from_memory_too(world: FolderWorld, server: EmbedderServer) -> None:
    """Removed by another process, that is: nobody tells this one."""
    choose(world, server.table)
    with served(world) as api:
        api.work()
        hits(api, "soccer")
        services = api.services
        indexed = services.access.indexes.of(ALICE)
        assert ("contact", known(api)["zoe"]["id"]) in indexed.words.find("zoe")
        api("alice", "DELETE", f"/v1/contacts/{known(api)['zoe']['id']}")
        services.access.indexes.sweep(services.store, desk(api).names, services.clock.now())
        assert services.access.indexes.of(ALICE) is indexed
        assert indexed.words.find("zoe") == indexed.words.find("football") == {}
        assert len(indexed.places) < len(placed_texts(api)) + 1
        assert ("interaction", "Serial X") in hits(api, "singing")


def rows(found: Iterable[list[Any]]) -> Response:
    return Response(json.dumps({"data": [{"index": at, "embedding": one} for at, one in enumerate(found)]}))


TROUBLES: dict[str, Any] = {
    "is busy": lambda _: Response("busy", 503, {"Retry-After": "60"}),
    "refuses the key": lambda _: Response("no", 401),
    "is somewhere else": lambda _: Response("", 302, {"Location": "http://127.0.0.1:1/"}),
    "answers HTML": lambda _: Response("<html>", 200),
    "answers null": lambda _: Response("null", 200),
    "leaves one out": lambda texts: Response(json.dumps(answer(texts[1:] or ["x", "y"]))),
    "gives ragged rows": lambda texts: rows([1.0] * (1 + at % 2) for at in range(max(2, len(texts)))),
    "gives no numbers": lambda texts: rows([float("nan")] for _ in texts),
    "gives words": lambda texts: rows(["a"] for _ in texts),
    "gives empty rows": lambda texts: rows([] for _ in texts),
    "says one twice": lambda texts: Response(
        json.dumps({"data": [{"index": 0, "embedding": [1.0]} for _ in [*texts, 1]]})
    ),
}


@pytest.mark.long
@pytest.mark.upload
def test_while_it_is_in_trouble_words_are_searched_and_it_is_asked_again_later(
    world: FolderWorld, server: EmbedderServer
) -> None:
    choose(world, server.table)
    with served(world) as api:
        for what, instead in TROUBLES.items():
            server.instead = instead
            placing = api.services.relating.placing
            assert placing is not None
            placing.not_before = 0
            before = len(server.asked)
            api.work()
            assert len(server.asked) == before + 1, f"where it {what}, it is left alone for a while"
            assert not any(placed_texts(api).values()), what
            assert hits(api, "soccer") == []
            assert ("interaction", "Zoe X") in hits(api, "football"), what
        server.instead = None
        api.world.pass_time(HOUR)
        api.work()
        assert ("interaction", "Zoe X") in hits(api, "soccer")


@pytest.mark.long
@pytest.mark.upload
def test_another_model_places_everything_anew_and_none_keeps_nothing(
    world: FolderWorld, server: EmbedderServer
) -> None:
    for embedder, models in (
        (server.table, {f"m http://127.0.0.1:{server.port}/v1"}),
        (server.table.replace('"m"', '"other"'), {f"other http://127.0.0.1:{server.port}/v1"}),
        ('"none"', set()),
    ):
        choose(world, embedder)
        with served(world) as api:
            api.world.pass_time(25 * HOUR)
            api.work()
            with api.services.store.reading() as tx:
                rows = tx.repositories.embeddings.of_user(ALICE)
            assert {one.model for one in rows if one.vector} == models
            assert all(bool(one.vector) == bool(one.model) for one in rows)
            assert (("interaction", "Zoe X") in hits(api, "soccer")) == bool(models)


def test_its_key_is_sent_and_check_says_what_is_used(
    world: FolderWorld, server: EmbedderServer, tmp_path: Path
) -> None:
    key = tmp_path / "key"
    key.write_text("s3cret\n")
    key.chmod(0o600)
    choose(world, server.table.replace(" }", f', key_file = "{key}" }}'))
    with served(world) as api:
        (found,) = examined(api.services.configuration, SystemClock(), online=True)
        assert found.problems == ()
        assert found.notes[0].endswith("texts of contacts go there, in 64 dimensions")
        assert server.headers[-1]["authorization"] == "Bearer s3cret"
        server.instead = TROUBLES["refuses the key"]
        (found,) = examined(api.services.configuration, SystemClock(), online=True)
        assert "401" in found.problems[0]


@pytest.mark.long
@pytest.mark.upload
def test_the_model_in_the_wheel_finds_what_means_the_same_in_another_language(world: FolderWorld) -> None:
    meeting(world, "alice", "concert", 5, "Konzert der Philharmoniker", "serial@x.example")
    choose(world, '"local"')
    with served(world) as api:
        (found,) = examined(api.services.configuration, SystemClock(), online=False)
        assert LOCAL in found.notes[0]
        api.work()
        assert ("interaction", "Zoe X") in hits(api, "soccer game")
        assert ("interaction", "Serial X") in hits(api, "orchestra concert")
        assert hits(api, "unheard of") == []
        listed = api("alice", "GET", f"/v1/interests?contactId={known(api)['serial']['id']}").json()["items"]
        assert ("culture", "music") in {(one["interestCategory"], one["interestTopic"]) for one in listed}
        assert search(desk(api), "soccer", api.services.access.indexes)


def test_places_are_kept_to_a_thousandth() -> None:
    rows = LocalEmbedder().place(["Football match", "Budget", ""])
    again = parse_rows([written(row) for row in rows])
    assert abs(rows - again).max() < 0.001
    assert placed("Football") == placed("soccer")


def test_another_model_under_the_same_name_places_every_text_anew(
    world: FolderWorld, server: EmbedderServer
) -> None:
    """Its dimensions tell: what one placed is never looked for by where the other places a question."""
    choose(world, server.table)
    with served(world) as api:
        api.work()
        assert hits(api, "soccer")

        def longer(texts: list[str]) -> Response:
            found = answer(texts)
            for one in found["data"]:
                one["embedding"] += [0.5] * 16
            return Response(json.dumps(found), content_type="application/json")

        server.instead = longer
        for days in (2, 3):
            meeting(world, "alice", f"anew-{days}", days, "Orchard walk", "zoe@x.example")
        api.work()
        assert hits(api, "apples walk")
    with served(world) as api:
        api.work()
        assert ("interaction", "Zoe X") in hits(api, "soccer match")
        assert {len(one or "") for one in placed_texts(api).values()} <= {0, len(written_in(DIMENSIONS + 16))}


def test_places_of_other_dimensions_are_let_go_of() -> None:
    places = Places()
    places.add([("a", written_in(4)), ("b", written_in(4))])
    places.add([("c", written_in(6)), ("d", written_in(4))])
    assert len(places) == 1
    places.add([])
    places.add([("a", written_in(6))])
    assert len(places) == 2


def written_in(dimensions: int) -> str:
    return written(np.ones(dimensions, dtype=np.float32))
