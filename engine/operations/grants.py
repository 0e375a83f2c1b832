"""When a grant is renewed, and what it is after an answer: decisions on values, nothing else.

A token is renewed at about four fifths of its life, each at a moment of its own; a grant that the provider
refuses is tried again seldom.
"""

from dataclasses import replace
from hashlib import sha256

from engine.model.integration import GrantStatus
from engine.model.operations import Grant, Tokens
from engine.time.span import DAY, HOUR, MINUTE, Instant

USED = 0.8
SPREAD = 0.1
"""The share of its life after which a token is renewed, less up to this much."""
SPARE = MINUTE
"""A token that lasts no longer than this is as good as none."""
LEASE = MINUTE
"""Longer than an exchange may take."""
PROBE = HOUR
"""How seldom a refused grant is tried: hammering helps nobody, and one false alarm locks nobody out."""
WEEK = 7 * DAY
PAUSE = 10
"""Seconds nobody tries after the token endpoint gave no answer."""


def due_at(grant: Grant) -> Instant:
    """Tell when a grant's token is renewed; those given together part, and each keeps its moment."""
    expires = grant.token_expires_at or grant.updated_at
    life = max(0, expires - grant.updated_at)
    mark = sha256(f"{grant.connector}|{grant.updated_at}".encode()).digest()
    share = USED - SPREAD * mark[0] / 255
    return grant.updated_at + int(life * share)


def ended_after_a_week(grant: Grant, now: Instant) -> bool:
    """Whether a grant that has ended worked until it was a week old, and no longer.

    `created_at` is when it was given, `updated_at` when it was renewed last.
    """
    return grant.updated_at < grant.created_at + WEEK <= now


def is_fresh(grant: Grant, spent: str | None, now: Instant) -> bool:
    """Whether a grant holds a token, other than the spent one, that lasts."""
    lasts = (grant.token_expires_at or 0) > now + SPARE
    usable = grant.status is GrantStatus.CONNECTED and grant.access_token not in (None, spent)
    return usable and lasts


def is_taken(grant: Grant, now: Instant) -> bool:
    """Whether somebody renews it right now."""
    return grant.lease_owner is not None and now < (grant.lease_until or 0) <= now + 2 * LEASE


def rests(grant: Grant, now: Instant) -> bool:
    """Whether nobody is to try it for a while."""
    return grant.lease_owner is None and now < (grant.lease_until or 0) <= now + PROBE


def leased(grant: Grant, owner: str, now: Instant) -> Grant:
    """Give the grant as it stands while one renews it."""
    return replace(grant, lease_owner=owner, lease_until=now + LEASE)


def renewed(grant: Grant, tokens: Tokens, now: Instant) -> Grant:
    """Give the grant with what the provider answered; without a new refresh token the old one stays."""
    return replace(
        grant,
        access_token=tokens.access_token,
        refresh_token=tokens.refresh_token or grant.refresh_token,
        token_expires_at=tokens.expires_at,
        scope=tokens.scope or grant.scope,
        status=GrantStatus.CONNECTED,
        error_message=None,
        lease_owner=None,
        lease_until=None,
        updated_at=now,
    )


def refused(grant: Grant, why: str, now: Instant) -> Grant:
    """Give the grant that the provider no longer accepts."""
    return replace(
        grant,
        status=GrantStatus.EXPIRED,
        error_message=why,
        lease_owner=None,
        lease_until=now + PROBE,
    )


def paused(grant: Grant, now: Instant, seconds: int | None) -> Grant:
    """Give the grant after no answer came: as it was, and left alone for a moment."""
    return replace(grant, lease_owner=None, lease_until=now + max(PAUSE, min(seconds or 0, HOUR)))
