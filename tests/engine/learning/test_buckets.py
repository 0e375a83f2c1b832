"""A lesson is named as people write it; what a feature cannot have is refused with what it can."""

import pytest

from engine.errors import InputError
from engine.learning.buckets import BUCKETS, key_named, name_of
from engine.learning.features import Feature


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("weekday:blahday", "monday, tuesday, wednesday, thursday, friday, saturday or sunday"),
        ("hour:25", "00 to 23"),
        ("hour:-1", "00 to 23"),
        ("start:quarter", "hour, half or odd"),
        ("lunch:no", "yes"),
        ("lead:8", "0 to 7"),
        ("length:long", "a number of minutes"),
        ("length:030", "a number of minutes"),
        ("length:" + "9" * 5000, "a number of minutes"),
        ("gap:tiny", "none, short or wide"),
        ("edge:before the day's first event", "only, first, last or between"),
        ("load:3", "0, few or many"),
    ],
)
def test_a_bucket_that_a_feature_cannot_have_is_refused_with_those_it_can(text: str, said: str) -> None:
    with pytest.raises(InputError) as refused:
        key_named(text)
    assert refused.value.remedy == f"Write after {text.partition(':')[0]}: {said}"


@pytest.mark.parametrize("text", ["", "friday", "weekday", "weekday:", "color:red"])
def test_what_names_no_feature_is_refused_with_all_of_them(text: str) -> None:
    with pytest.raises(InputError, match=r"names no lesson") as refused:
        key_named(text)
    assert all(feature.value in refused.value.remedy for feature in Feature)


def test_every_lesson_is_read_by_its_own_name() -> None:
    keys = [(feature, bucket) for feature, buckets in BUCKETS.items() for bucket in buckets]
    assert [key_named(name_of(key)) for key in keys] == keys
    assert {feature for feature, _ in keys} == set(Feature) - {Feature.LENGTH}
    assert key_named("length:45") == (Feature.LENGTH, "45")
    assert key_named("hour:9") == (Feature.HOUR, "09")
