"""The model document: everybody's points with their counts, as one JSON object."""

import math
from collections.abc import Mapping
from typing import Any

from engine.documents.reading import Fields
from engine.errors import InputError
from engine.ids import UserId
from engine.learning.features import Feature, Key
from engine.learning.model import FINENESS, MOST_POINTS, VERSION, Calibration, Habits, LearnedModel, Weight
from engine.learning.policy import Policy
from engine.time.instant import format_instant

_FIELDS = frozenset({"version", "fitted", "sessions", "population", "people", "silent", "calibration"})
_PERSON_FIELDS = frozenset({"policy", "samples", "weights"})
_CALIBRATION_FIELDS = frozenset({"intercept", "slope", "sessions"})
_REMEDY = "Fit it anew with gatherly learn fit"
_MOST_COUNT = 10**12

Weights = Mapping[Key, Weight]


def model_document(model: LearnedModel) -> dict[str, Any]:
    """Write a model; the same model is the same document."""
    calibration = model.calibration
    return {
        "version": VERSION,
        "fitted": None if model.fitted is None else format_instant(model.fitted),
        "sessions": model.sessions,
        "population": _weights_document(model.population),
        "people": {
            user: {
                "policy": habits.policy.value,
                "samples": habits.samples,
                "weights": _weights_document(habits.weights),
            }
            for user, habits in sorted(model.people.items())
        },
        "silent": sorted(model.silent),
        "calibration": None if calibration is None else calibration._asdict(),
    }


def _weights_document(weights: Weights) -> dict[str, dict[str, list[float]]]:
    found: dict[str, dict[str, list[float]]] = {}
    for (feature, bucket), weight in sorted(weights.items()):
        found.setdefault(feature.value, {})[bucket] = list(weight)
    return found


def parse_model(document: object, path: str = "model") -> LearnedModel:
    """Read a model document.

    Raises:
        InputError: it is broken, or of a newer version; the error names the model.
    """
    try:
        return _model(document, path)
    except InputError as error:
        if error.what.startswith(path):
            raise InputError(error.what, error.remedy) from error
        raise InputError(f"{path}: {error.what}", error.remedy) from error


def _model(document: object, path: str) -> LearnedModel:
    if isinstance(document, Mapping) and document.get("version") != VERSION:
        version = document.get("version")
        newer = isinstance(version, int) and not isinstance(version, bool) and version > VERSION
        raise InputError(
            f"{path} is of version {version!r}, and this gatherly reads version {VERSION}",
            "Use the gatherly that wrote it, or fit it anew" if newer else _REMEDY,
        )
    fields = Fields.of(document, path, _FIELDS)
    people = Fields(fields.mapping("people"), fields.at("people"))
    return LearnedModel(
        fitted=fields.maybe_instant("fitted"),
        sessions=fields.whole("sessions", 0, most=_MOST_COUNT),
        population=_weights(fields, "population"),
        people={UserId(user): _habits(people.child(user, _PERSON_FIELDS)) for user in people.values},
        silent=frozenset(UserId(user) for user in fields.ids("silent")),
        calibration=_calibration(fields.child("calibration", _CALIBRATION_FIELDS))
        if fields.has("calibration")
        else None,
    )


def _habits(fields: Fields) -> Habits:
    return Habits(
        fields.word("policy", Policy),
        fields.whole("samples", 0, most=_MOST_COUNT),
        _weights(fields, "weights"),
    )


def _weights(fields: Fields, key: str) -> Weights:
    features = Fields(fields.mapping(key), fields.at(key))
    found: dict[Key, Weight] = {}
    for name in features.values:
        if name not in list(Feature):
            raise InputError(f"{features.at(name)} is no feature that is learned", _REMEDY)
        buckets = Fields(features.mapping(name), features.at(name))
        for bucket, value in buckets.values.items():
            found[Feature(name), bucket] = _weight(value, buckets.at(bucket))
    return found


def _weight(value: object, path: str) -> Weight:
    if not isinstance(value, list) or len(value) != 3 or not all(map(_is_number, value)):
        raise InputError(f"{path} is no [points, accepted, shown]", _REMEDY)
    worth, accepted, shown = value
    if not -MOST_POINTS <= worth <= MOST_POINTS or not 0 <= accepted <= shown:
        raise InputError(f"{path} is out of bounds", _REMEDY)
    if (worth * FINENESS) % 1:
        raise InputError(f"{path} has points finer than a quarter", _REMEDY)
    return Weight(float(worth), int(accepted), int(shown))


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _calibration(fields: Fields) -> Calibration:
    return Calibration(
        fields.number("intercept", 0.0, -1000, 1000),
        fields.number("slope", 1.0, 1e-6, 1000),
        fields.whole("sessions", 0, most=_MOST_COUNT),
    )
