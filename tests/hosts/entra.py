"""A stand-in for Entra ID: the two documents that a server fetches to check tokens, and the key that signs them.

xlwings Server has Microsoft's address in its code. It goes through the proxy that HTTPS_PROXY names, as behind a
company's firewall, and trusts the certificates that SSL_CERT_FILE names: this is that proxy, and Microsoft as well.
"""

from __future__ import annotations

import json
import ssl
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Final

from deployment import certificate

if TYPE_CHECKING:
    from pathlib import Path

HOST: Final = "login.microsoftonline.com"
DISCOVERY: Final = "/common/v2.0/.well-known/openid-configuration"
KEYS: Final = "/common/discovery/v2.0/keys"
TENANT: Final = "11111111-1111-4111-8111-111111111111"
CLIENT: Final = "22222222-2222-4222-8222-222222222222"


class Entra:
    """Runs the stand-in, and signs tokens as Entra ID does."""

    def __init__(self, folder: Path) -> None:
        from joserfc.jwk import RSAKey  # noqa: PLC0415  # comes with xlwings Server

        self.key = RSAKey.generate_key(2048, {"kid": "first", "use": "sig", "alg": "RS256"})
        self.certificate, secret = certificate(folder, HOST)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate, secret)
        documents = {
            DISCOVERY: {"jwks_uri": f"https://{HOST}{KEYS}"},
            KEYS: {"keys": [self.key.as_dict(private=False)]},
        }
        self.asked: list[str] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(context, documents, self.asked))
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def token(self, key: Any = None, **claims: Any) -> str:
        """A token of version 2 for somebody of our tenant, valid for an hour; other claims if given, None for none."""
        from joserfc import jwt  # noqa: PLC0415  # comes with xlwings Server

        now = int(time.time())
        usual = {
            "ver": "2.0",
            "iss": f"https://{HOST}/{TENANT}/v2.0",
            "aud": CLIENT,
            "iat": now - 60,
            "nbf": now - 60,
            "exp": now + 3600,
            "oid": "33333333-3333-4333-8333-333333333333",
            "name": "Ann",
            "preferred_username": "ann@example.com",
        }
        claimed = {name: value for name, value in (usual | claims).items() if value is not None}
        signed = jwt.encode({"alg": "RS256", "kid": "first"}, claimed, key or self.key)
        return f"Bearer {signed}"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


def _handler(context: ssl.SSLContext, documents: dict[str, Any], asked: list[str]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_CONNECT(self) -> None:
            """Become Microsoft for whoever wants to be connected to it."""
            asked.append(self.path)
            self.send_response(200)
            self.end_headers()
            self.connection = context.wrap_socket(self.connection, server_side=True)
            self.rfile, self.wfile = self.connection.makefile("rb"), self.connection.makefile("wb", buffering=0)

        def do_GET(self) -> None:
            asked.append(self.path)
            content = json.dumps(documents.get(self.path, {})).encode()
            self.send_response(200 if self.path in documents else 404)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    return Handler
