"""The provider "token" of XLWINGS_AUTH_PROVIDERS: lets in whoever sends a token that the environment names."""

from fastapi import HTTPException
from xlwings_server.models import User

from llmcost_xl.hosts.server import config
from llmcost_xl.hosts.server.tokens import person_with

PEOPLE = config.people()


async def validate_token(token_string: str) -> User:
    """Whose token it is."""
    person = person_with(token_string, PEOPLE)
    if person is None:
        raise HTTPException(401, "unknown token: ask for one and enter it in the task pane")
    return User(id=person.name, name=person.name, roles=list(person.roles))
