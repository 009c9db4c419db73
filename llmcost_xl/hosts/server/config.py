"""What the server is told by its environment, and what it refuses to start without.

Everything xlwings Server has a setting for is that setting (XLWINGS_...), with our values where none is given; ours are
the few it has not.
"""

from __future__ import annotations

import json
import logging
import os
import uuid
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from llmcost_xl.hosts.server import manifest
from llmcost_xl.hosts.server.tokens import TOKENS_VARIABLE, Person, read_tokens

if TYPE_CHECKING:
    from collections.abc import MutableMapping

DEV_VARIABLE: Final = "LLMCOST_XL_DEV"
REFRESH_ROLE_VARIABLE: Final = "LLMCOST_XL_REFRESH_ROLE"
LICENCE_VARIABLE: Final = "XLWINGS_LICENSE_KEY"

PROJECT: Final = Path(__file__).parent / "project"

LICENCE: Final = (
    "xlwings Server and xlwings.pro are not part of llmcost-xl and have a licence of their own: PolyForm Noncommercial "
    "1.0.0 for noncommercial use, a paid licence for every other, which includes a company's internal tools "
    "(https://www.xlwings.org/pricing)."
)
NO_LICENCE: Final = (
    f"no licence key. Set the environment variable {LICENCE_VARIABLE} to your key, or to the word noncommercial if "
    "your use is noncommercial; a key for a trial is at https://www.xlwings.org/trial. The key stays in the "
    "environment: llmcost-xl never stores it."
)
NO_AUTHENTICATION: Final = (
    f'nobody is let in yet. Set {TOKENS_VARIABLE} to tokens like "ann:TOKEN,bob:TOKEN", or XLWINGS_AUTH_PROVIDERS to '
    '["entraid"] with XLWINGS_AUTH_ENTRAID_CLIENT_ID and XLWINGS_AUTH_ENTRAID_TENANT_ID; to try it on this machine '
    "without authentication, add --dev."
)


class SetupError(Exception):
    """The server cannot start as it is set up; the message says what to do."""


def prepare(environment: MutableMapping[str, str], public_url: str = "", addin_id: str = "") -> None:
    """Complete the environment before xlwings Server is imported, which reads it then.

    Raises:
        SetupError: xlwings Server is not installed, or what is set cannot be.
    """
    if find_spec("xlwings_server") is None:
        raise SetupError('xlwings Server is not installed: pip install "llmcost-xl[server]"')
    if public_url:
        environment["XLWINGS_HOSTNAME"] = hostname(public_url)
    if addin_id:
        environment["XLWINGS_MANIFEST_ID_PROD"] = _checked_id(addin_id)
    environment.update(
        {
            "XLWINGS_ON_SERVER": "true",  # or xlwings registers no function off Windows
            "XLWINGS_PROJECT_DIR": str(PROJECT),
            "XLWINGS_ENVIRONMENT": "prod",  # any other puts its name before every function's
            "XLWINGS_FUNCTIONS_NAMESPACE": "",  # =QUERY_COST() reads alike in every host
            "XLWINGS_ENABLE_SOCKETIO": "false",  # only streaming functions need it; we have none
            "XLWINGS_ENABLE_EXAMPLES": "false",
        }
    )
    from llmcost_xl.hosts.server.pane import PAGE_HEADERS  # noqa: PLC0415  # Starlette comes with xlwings Server

    environment.setdefault("XLWINGS_CUSTOM_HEADERS", json.dumps(PAGE_HEADERS))
    environment.setdefault("XLWINGS_PROJECT_NAME", "LLM Cost")
    # neither 500, which would be no other next time, nor 504: what took too long need not be computed once more
    environment.setdefault("XLWINGS_CUSTOM_FUNCTIONS_RETRY_CODES", "[502, 503]")
    for part in ("BOOTSTRAP", "ALPINEJS_CSP", "HTMX"):
        environment.setdefault(f"XLWINGS_ENABLE_{part}", "false")  # the task pane has its own look
    if environment.get(TOKENS_VARIABLE) and not environment.get("XLWINGS_AUTH_PROVIDERS"):
        environment["XLWINGS_AUTH_PROVIDERS"] = '["token"]'
    host = environment.get("XLWINGS_HOSTNAME") or "localhost"
    environment.setdefault("XLWINGS_MANIFEST_ID_PROD", manifest.id_for(host))


def hostname(public_url: str) -> str:
    """The host, and the port if there is one, of the address at which Excel finds the server.

    Raises:
        SetupError: Excel would not load an add-in from there.
    """
    parts = urlsplit(public_url)
    if parts.scheme != "https" or not parts.hostname:
        raise SetupError(f"Excel loads add-ins by https only; the public URL is {public_url!r}")
    if parts.path.strip("/") or parts.query or parts.fragment or parts.username:
        raise SetupError(f"the public URL is https://HOST or https://HOST:PORT and nothing more; it is {public_url!r}")
    return parts.netloc


def is_dev() -> bool:
    """Whether the server runs for one person on their own machine, without authentication."""
    return os.environ.get(DEV_VARIABLE) == "1"


def check() -> None:
    """Import xlwings Server and see whether it is licensed and lets in somebody in particular.

    Raises:
        SetupError: it is not, or does not.
    """
    _check_licence()
    try:
        from xlwings_server.config import settings  # noqa: PLC0415  # reads the environment when imported
    except ValueError as error:  # pydantic's, with a line per setting
        raise SetupError(f"a setting of xlwings Server cannot be read: {_in_one_line(error)}") from None
    _check_log_level(settings.log_level)
    providers = settings.auth_providers or []
    if not providers and not is_dev():
        raise SetupError(NO_AUTHENTICATION)
    if "custom" in providers:
        raise SetupError(
            "the provider 'custom' of XLWINGS_AUTH_PROVIDERS is xlwings Server's example, with a password everybody "
            f"knows; set {TOKENS_VARIABLE} and use 'token'"
        )
    if "token" in providers and not people():
        raise SetupError(f"XLWINGS_AUTH_PROVIDERS names 'token', but {TOKENS_VARIABLE} is not set")
    if "entraid" in providers and not (settings.auth_entraid_client_id and settings.auth_entraid_tenant_id):
        raise SetupError(
            "for Entra ID set both XLWINGS_AUTH_ENTRAID_CLIENT_ID and XLWINGS_AUTH_ENTRAID_TENANT_ID, "
            "from the app registration"
        )


def people() -> list[Person]:
    """Whom tokens let in.

    Raises:
        SetupError: the tokens cannot be read.
    """
    try:
        return read_tokens(os.environ.get(TOKENS_VARIABLE, ""))
    except ValueError as error:
        raise SetupError(str(error)) from None


def refresh_roles() -> list[str] | None:
    """The role one must have to refresh the prices for everybody; None where anyone let in may."""
    role = os.environ.get(REFRESH_ROLE_VARIABLE)
    return [role] if role else None


def _check_licence() -> None:
    if not os.environ.get(LICENCE_VARIABLE):
        raise SetupError(NO_LICENCE)
    try:
        import xlwings.pro  # noqa: F401, PLC0415  # checks the key when imported, as xlwings itself does on a server
    except Exception as error:
        if type(error).__name__ != "LicenseError":  # the class cannot be had from a module that cannot be imported
            raise
        raise SetupError(f"{error} It is read from {LICENCE_VARIABLE}.") from None


def _check_log_level(name: str) -> None:
    level = logging.getLevelNamesMapping().get(name.upper())
    if level is None:
        raise SetupError(f"XLWINGS_LOG_LEVEL is INFO, WARNING or ERROR; it is {name!r}")
    if level < logging.INFO and not is_dev():
        raise SetupError(
            f"with XLWINGS_LOG_LEVEL={name} xlwings Server logs the tokens of those who sign in; set INFO, or "
            "add --dev to look for a mistake on this machine"
        )


def _checked_id(addin_id: str) -> str:
    try:
        version = uuid.UUID(addin_id).version
    except ValueError:
        version = None
    if version != uuid.UUID(manifest.id_for("")).version:
        raise SetupError(f"an add-in's id is a UUID of version 4; received {addin_id!r}")
    return addin_id


def _in_one_line(error: ValueError) -> str:
    return " ".join(str(error).split())
