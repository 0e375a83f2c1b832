"""One person's profile, what it means in points, and what of it is forgotten."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from config.configuration import Configuration
from daemon.app.access import Access
from daemon.app.principal import Principal
from daemon.proposals.learn import fitted_now, keep_fit, silent_people
from engine.documents.learned_models import parse_model
from engine.errors import InputError
from engine.ids import UserId
from engine.learning.buckets import name_of
from engine.learning.features import Key
from engine.learning.model import LearnedModel
from engine.learning.policy import Policy
from engine.learning.words import lesson
from engine.model.booking import AuditEntry
from engine.model.history import PreferenceProfile
from engine.model.learning import MODEL, LearningNote, forgotten_id
from engine.ports.store import Transaction
from engine.stale import retry_stale
from engine.time.instant import format_instant
from engine.time.span import Instant


def current_model(tx: Transaction) -> LearnedModel:
    """Give the fitted model, an empty one where there is none.

    Raises:
        InputError: it is broken, or of a newer version.
    """
    note = tx.repositories.learning.get(MODEL)
    return LearnedModel() if note is None else parse_model(note.document)


def learning_off(configuration: Configuration, user_id: UserId) -> str | None:
    """Tell for whom learning is off, if it is off for somebody: for `everybody`, or for this `person`."""
    if not configuration.settings.learning.enabled:
        return "everybody"
    return "person" if user_id in silent_people(configuration) else None


def policy_of(configuration: Configuration, model: LearnedModel, user_id: UserId) -> Policy:
    """Tell by what somebody's times are ranked now, whatever the model knows of them."""
    habits = model.people.get(user_id)
    if habits is None or learning_off(configuration, user_id) is not None:
        return Policy.FIXED
    return Policy.FIXED if configuration.settings.learning.policy is Policy.FIXED else habits.policy


def profile_document(access: Access, user_id: UserId, called: str | None = None) -> dict[str, Any]:
    """Give somebody's profile as F0 has it, and what of it ranks; sentences name them, or say `called`.

    `off` tells for whom learning is off, `forgotten` up to when they had everything forgotten.
    """
    with access.store.reading() as tx:
        profile, model = tx.repositories.profiles.get(user_id), current_model(tx)
        user, forgotten = tx.users.get(user_id), tx.repositories.learning.get(forgotten_id(user_id))
    habits = model.people.get(user_id)
    name = called or (user_id if user is None else user.name)
    known = sorted((habits.weights if habits else {}).items(), key=lambda one: -abs(one[1].points))
    return {
        "profile": _profile(profile, user_id, access.clock.now()),
        "points": [
            {
                "feature": key[0].value,
                "bucket": key[1],
                "points": weight.points,
                "accepted": weight.accepted,
                "shown": weight.shown,
                "text": lesson(name, key, weight),
            }
            for key, weight in known
        ],
        "policy": policy_of(access.configuration, model, user_id).value,
        "samples": 0 if habits is None else habits.samples,
        "off": learning_off(access.configuration, user_id),
        "forgotten": None if forgotten is None else forgotten.document.get("since"),
    }


def _profile(profile: PreferenceProfile | None, user_id: UserId, now: Instant) -> dict[str, Any]:
    known = profile or PreferenceProfile(user_id=user_id, last_updated=now, created_at=now)
    return {
        "userId": known.user_id,
        "dayOfWeekPatterns": dict(known.day_of_week_patterns),
        "timeOfDayPatterns": dict(known.time_of_day_patterns),
        "durationPreferences": dict(known.duration_preferences),
        "acceptanceRate": known.acceptance_rate,
        "avgResponseTime": known.avg_response_time,
        "lastUpdated": format_instant(known.last_updated),
        "sampleSize": known.sample_size,
        "createdAt": format_instant(known.created_at),
    }


def forget(access: Access, principal: Principal, user_id: UserId, key: Key | None) -> None:
    """Forget one lesson of somebody's, or with no key everything; the log stays, and teaches it no more."""
    retry_stale(partial(_forget_once, access, principal, user_id, key), f"What was learned of {user_id}")


def _forget_once(access: Access, principal: Principal, user_id: UserId, key: Key | None) -> None:
    now, id_ = access.clock.now(), forgotten_id(user_id)
    with access.store.reading() as tx:
        note = tx.repositories.learning.get(id_) or LearningNote(id=id_, document={}, updated_at=now)
    document = _forgotten(note.document, key, now)
    fit = fitted_now(access.store, access.configuration, {user_id: document})
    with access.store.writing() as tx:
        tx.repositories.learning.put(replace(note, document=document, updated_at=now))
        if key is None:
            tx.repositories.profiles.delete(user_id)
        if fit.before is not None or access.configuration.settings.learning.enabled:
            keep_fit(tx, fit, now)
        what = "everything" if key is None else name_of(key)
        tx.audit.add(
            AuditEntry(
                at=now,
                actor=principal.actor,
                action="profile.forget",
                object_type="profile",
                object_id=user_id,
                details={"forgotten": what},
                user_id=principal.user,
            )
        )


def _forgotten(before: Mapping[str, Any], key: Key | None, now: Instant) -> dict[str, Any]:
    if key is None:
        return {"since": format_instant(now + 1)}
    lessons = {**before.get("lessons", {}), name_of(key): format_instant(now + 1)}
    return {**before, "lessons": lessons}


def rebuild(access: Access) -> LearnedModel:
    """Fit what was learned anew from the log, at once.

    Raises:
        InputError: learning is off.
    """
    if not access.configuration.settings.learning.enabled:
        raise InputError("Learning is off, so nothing is fitted", "First write enabled = true in [learning]")
    return retry_stale(partial(_rebuild_once, access), "What was learned")


def _rebuild_once(access: Access) -> LearnedModel:
    now, fit = access.clock.now(), fitted_now(access.store, access.configuration)
    with access.store.writing() as tx:
        keep_fit(tx, fit, now)
    return fit.model
