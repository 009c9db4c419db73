"""The provider "entraid" of XLWINGS_AUTH_PROVIDERS: xlwings Server's own, and no token for longer than it says.

xlwings Server remembers for an hour whom it has let in, even if the token ends sooner, and takes one without an end.
"""

import time

from fastapi import HTTPException
from httpx import HTTPError
from xlwings_server.auth import entraid
from xlwings_server.models import User


async def validate_token(token_string: str) -> User:
    """Whose token it is, while it is valid."""
    try:
        user: User = await entraid.validate_token(token_string)
    except HTTPError:  # the first token after a start: Microsoft's keys are fetched
        raise HTTPException(503, "Entra ID cannot be reached from the server; try again later") from None
    end = user.claims.get("exp")
    if not isinstance(end, int | float) or end <= time.time():
        raise HTTPException(401, "Auth error: the token has expired")
    return user
