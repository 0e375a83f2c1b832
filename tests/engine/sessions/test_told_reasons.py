"""What is said twice of somebody is read once."""

from hypothesis import given
from hypothesis import strategies as st

from engine.sessions.told_reasons import told_once

ONE = {
    "code": st.sampled_from(["learned_hour", "learned_gap", "lunch"]),
    "user": st.sampled_from([None, "ann", "bob"]),
    "points": st.integers(-40, 40).map(lambda one: one / 4),
    "text": st.sampled_from(["it suits Ann's habits", "it is lunch time", "it does not suit Ann's habits"]),
}


@given(st.lists(st.fixed_dictionaries(ONE)))
def test_no_words_of_one_person_come_twice_and_no_point_is_lost(reasons: list[dict[str, object]]) -> None:
    told = told_once(reasons)
    said = [(one["user"], one["text"]) for one in told]
    assert said == list(dict.fromkeys((one["user"], one["text"]) for one in reasons))
    assert sum(one["points"] for one in told) == sum(float(str(one["points"])) for one in reasons)
