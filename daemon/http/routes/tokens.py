"""Refresh tokens, exchanged for access."""

from http import HTTPStatus
from typing import Any

from fastapi import APIRouter, Depends

from daemon.app.accounts.tokens import TokenRefusedError
from daemon.http.answers.document import answers
from daemon.http.answers.users import GrantedTokens
from daemon.http.asking import CHALLENGE, AnyDoors, counted_by_address
from daemon.http.bodies import Refreshed
from daemon.http.problems import ProblemError

router = APIRouter(prefix="/v1/token", tags=["tokens"], dependencies=[Depends(counted_by_address)])


@router.post("", responses=answers(GrantedTokens))
def exchange(body: Refreshed, doors: AnyDoors) -> dict[str, Any]:
    """Take a refresh token, once, for an access token and the next refresh token."""
    try:
        granted = doors.tokens.exchange(body.refreshToken)
    except TokenRefusedError as error:
        raise ProblemError(HTTPStatus.UNAUTHORIZED, str(error), headers=CHALLENGE) from error
    return {
        "accessToken": granted.access,
        "expiresIn": granted.expires_in,
        "refreshToken": granted.refresh,
        "tokenType": "Bearer",
    }
