"""Static tokens: who is let in by a secret of their own, for a company without Entra ID."""

from __future__ import annotations

import hmac
from hashlib import sha256
from typing import Final, NamedTuple

TOKENS_VARIABLE: Final = "LLMCOST_XL_TOKENS"
SHORTEST: Final = 16


class Person(NamedTuple):
    """Somebody with a token; of the token only a hash is kept."""

    name: str
    token_hash: bytes
    roles: tuple[str, ...] = ()


def read_tokens(text: str) -> list[Person]:
    """The people of "ann:TOKEN:role role,bob:TOKEN"; roles may be left out.

    Raises:
        ValueError: an entry cannot be read; its token is not repeated.
    """
    people: list[Person] = []
    for number, entry in enumerate(filter(None, map(str.strip, text.split(","))), start=1):
        name, token, roles, *rest = (*entry.split(":"), "", "")
        if any(rest) or not name.strip() or not token.strip():
            raise ValueError(f"entry {number} of {TOKENS_VARIABLE} must be name:token or name:token:roles")
        if len(token.strip()) < SHORTEST:
            raise ValueError(
                f"the token of {name.strip()} in {TOKENS_VARIABLE} has {len(token.strip())} characters; it needs "
                f'{SHORTEST}: python -c "import secrets; print(secrets.token_urlsafe())" makes one'
            )
        people.append(Person(name.strip(), _hash(token.strip()), tuple(roles.split())))
    return people


def person_with(token: str, people: list[Person]) -> Person | None:
    """Whose token it is; with or without the word Bearer before it."""
    given = _hash(token.removeprefix("Bearer ").strip())
    found = None
    for person in people:  # all of them, so that the time taken tells nothing
        if hmac.compare_digest(person.token_hash, given):
            found = person
    return found


def _hash(token: str) -> bytes:
    return sha256(token.encode("utf-8", "surrogateescape")).digest()
