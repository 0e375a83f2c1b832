"""What is said twice of somebody is read once."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.sessions.told_reasons import told_once

WORDS = {
    "learned_hour": ("it suits Ann's habits", "it does not suit Ann's habits"),
    "learned_gap": ("it suits Ann's habits", "it does not suit Ann's habits"),
    "lunch": ("it is lunch time", "it is lunch time"),
}


def reason(code: str, points: float, user: str | None = "ann") -> dict[str, object]:
    return {"code": code, "user": user, "points": points, "text": WORDS[code][points < 0]}


REASONS = st.builds(
    reason,
    st.sampled_from(sorted(WORDS)),
    st.integers(-40, 40).map(lambda one: one / 4),
    st.sampled_from([None, "ann", "bob"]),
)


@given(st.lists(REASONS))
def test_one_line_tells_of_anybodys_habits_and_no_point_is_lost(reasons: list[dict[str, object]]) -> None:
    told = told_once(reasons)
    said = [(one["user"], "habits" in one["text"]) for one in told]
    assert len(said) == len(set(said))
    assert sum(one["points"] for one in told) == sum(float(str(one["points"])) for one in reasons)
    for one in told:
        assert one["text"] == WORDS[one["code"]][one["points"] < 0]


@pytest.mark.parametrize(
    ("points", "told"),
    [
        ((28.75, -21.5), [(7.25, "it suits Ann's habits")]),
        ((8.5, -21.5, 4.0), [(-9.0, "it does not suit Ann's habits")]),
        ((4.0, -4.0), []),
    ],
)
def test_habits_that_point_both_ways_are_told_by_what_they_come_to(
    points: tuple[float, ...], told: list[tuple[float, str]]
) -> None:
    found = told_once([reason("learned_hour", one) for one in points])
    assert [(one["points"], one["text"]) for one in found] == told
