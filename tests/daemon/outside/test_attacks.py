"""Whoever means ill is refused, told the same as everybody, and nothing is kept or sent for their sake."""

import re
from collections.abc import Iterator
from pathlib import Path

from httpx2 import Response

from tests.daemon.outside.attacks import TABLE, Told
from tests.daemon.outside.outsiders import CANARY
from tests.daemon.outside.siege import State, besieged

AT_LEAST = 80
ALIKE = (Told.DEAD, Told.NOBODY, Told.BACK)
"""Told by one and the same answer, to the byte."""
RIGHT = {
    Told.DEAD: (410,),
    Told.TAKEN: (409,),
    Told.WRONG: (404, 409, 413, 422),
    Told.LATE: (409,),
    Told.NOBODY: (401,),
    Told.BACK: (403,),
    Told.LOOKED: (200,),
    Told.REFUSED: (400, 403, 404, 405, 410, 421, 422),
}


def test_every_attack_is_refused_told_alike_and_nothing_is_kept_or_sent(tmp_path: Path) -> None:
    """One table over one started world: forged, replayed, mixed up, enumerated, bombed, injected, scanned."""
    with besieged(tmp_path) as siege:
        siege.at.world.run_once()
        assert siege.claims().status_code == 200
        mails, wrong, tried = len(siege.at.world.room.letters), list[str](), 0
        before = siege.state()
        for told, attacks in TABLE.items():
            answers = set()
            for name, attack in attacks.items():
                tried += 1
                answer = attack(siege)
                after = siege.state()
                answers.add((answer.status_code, _words(answer)))
                wrong += [f"{told}: {name}: {fault}" for fault in _faults(told, answer, before, after)]
                before = after
            if told in ALIKE and len(answers) != 1:
                wrong.append(f"{told}: not alike: {answers}")
        assert not wrong, "\n".join(wrong)
        assert tried >= AT_LEAST
        siege.at.world.run_once()
        assert len(siege.at.world.room.letters) == mails


def _faults(told: Told, answer: Response, before: State, after: State) -> Iterator[str]:
    if answer.status_code not in RIGHT[told]:
        yield f"{answer.status_code} {answer.text[:200]}"
    changed = [one for one in after if one not in before]
    if changed:
        yield f"changed {changed}"
    if told in (Told.TAKEN,) and "not to be had" not in answer.text:
        yield f"told otherwise: {_words(answer)[:200]}"
    if told is Told.LATE and "booked already" not in answer.text:
        yield f"no reason: {_words(answer)[:200]}"
    kept = answer.headers.get("set-cookie", "")
    if "gatherly=" in kept or ("evil" in answer.headers.get("location", "")):
        yield f"let in: {kept}"
    if CANARY in answer.text or "Traceback" in answer.text:
        yield "tells what is nobody's business"


def _words(answer: Response) -> str:
    return re.sub(r"\s+", " ", answer.text)
