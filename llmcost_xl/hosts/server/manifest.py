"""The add-in manifest: what Excel reads to know an add-in's functions, task pane and ribbon buttons.

xlwings Server renders it, from our project's template, at /manifest.xml; this does the same without a running server.
"""

from __future__ import annotations

import uuid
from typing import Final

NAMESPACE: Final = uuid.uuid5(uuid.NAMESPACE_URL, "https://github.com/llmcost-xl/llmcost-xl")


def id_for(hostname: str) -> str:
    """The add-in's id: always the same for a host name, as Excel takes another id for another add-in.

    xlwings Server insists on an id of version 4, so the version is set to that.
    """
    return str(uuid.UUID(bytes=uuid.uuid5(NAMESPACE, hostname.lower()).bytes, version=4))


def rendered() -> str:
    """The manifest for the host name and the id in the environment."""
    from xlwings_server.config import settings  # noqa: PLC0415  # reads the environment when imported
    from xlwings_server.templates import env  # noqa: PLC0415

    return str(
        env.get_template("manifest.xml").render(
            settings=settings,
            base_url=f"https://{settings.hostname}",
            manifest_id=settings.manifest_id_prod,
        )
    )
