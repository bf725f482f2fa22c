"""OpenID providers on loopback: a real one (node-oidc-provider), and one that says whatever a test wants it to."""

import json
import shutil
import subprocess
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import quote

import httpx2
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

from tests.helpers.house import ROOT

SECRET = "a-word~of.the_tests-alone"
FOLDER = ROOT / ".provider"


def reason_to_skip() -> str:
    """Why the real one cannot be started here; "" when it can."""
    if shutil.which("node") is None:
        return "no node: install Debian's package nodejs"
    return "" if (FOLDER / "node_modules" / "oidc-provider").exists() else "no oidc-provider: make .provider/.ready"


class RealProvider:
    """node-oidc-provider in a process of its own; people sign in by typing their address."""

    def __init__(self, back: str) -> None:
        # Beside its modules: Node looks for them from the program's own folder on.
        program = shutil.copy(ROOT / "tests/provider/provider.mjs", FOLDER)
        command = ["node", str(program), back, SECRET]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        assert self._process.stdout
        self.issuer = next((line.strip() for line in self._process.stdout if line.startswith("http")), "")
        assert self.issuer, "the provider did not start"

    async def says(self, **claims: Any) -> None:
        """What it says of everybody from now on."""
        async with httpx2.AsyncClient() as client:
            await client.get(f"{self.issuer}/turn?said={quote(json.dumps(claims))}")

    async def sign_in(self, address: str, start: str, *, refuse: bool = False) -> str:
        """What a browser does there: to where it leads back to."""
        async with httpx2.AsyncClient(base_url=self.issuer, follow_redirects=False) as browser:
            answer = await browser.get(start)
            while answer.is_redirect and answer.headers["location"].startswith(("/", self.issuer)):
                answer = await browser.get(answer.headers["location"])
            if not answer.is_redirect:
                answer = await browser.post(
                    answer.url.path, data={"login": address, **({"refuse": "yes"} if refuse else {})}
                )
            while answer.is_redirect and answer.headers["location"].startswith(("/", self.issuer)):
                answer = await browser.get(answer.headers["location"])
            return str(answer.headers["location"])

    def stop(self) -> None:
        """End it."""
        self._process.terminate()
        self._process.wait(10)
        assert self._process.stdout
        self._process.stdout.close()


class StrangeProvider:
    """Answers with what a test says; its ID tokens are signed by `sign`."""

    def __init__(self) -> None:
        self.key = RSAKey.generate_key(2048, {"kid": "one", "use": "sig"})
        self.about: dict[str, Any] = {}
        self.claims: dict[str, Any] = {}
        self.keys: list[Any] | None = None
        self.sign: Callable[[dict[str, Any]], str] = self.signed
        self.delay = 0.0
        self.body: bytes | None = None
        self.asked: list[tuple[str, str, str]] = []
        """Path, body, Authorization of every question."""
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                outer.answer(self)

            do_POST = do_GET  # noqa: N815 - as the library calls it

            def log_message(self, *_: object) -> None: ...

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.issuer = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        body = request.rfile.read(int(request.headers.get("content-length", "0"))).decode()
        self.asked.append((request.path, body, request.headers.get("authorization", "")))
        time.sleep(self.delay)
        said: dict[str, Any] = {}
        if request.path.endswith("openid-configuration"):
            paths = {f"{name}_endpoint": f"{self.issuer}/{name}" for name in ("authorization", "token")}
            said = {"issuer": self.issuer, **paths, "jwks_uri": f"{self.issuer}/keys", **self.about}
        elif request.path == "/keys":
            said = {"keys": [self.key.as_dict(private=False)] if self.keys is None else self.keys}
        elif request.path == "/token":
            said = {"id_token": self.sign(self.claims), "access_token": "x", "token_type": "Bearer"}
        octets = json.dumps(said).encode() if self.body is None else self.body
        request.send_response(200)
        request.send_header("content-length", str(len(octets)))
        request.end_headers()
        try:
            request.wfile.write(octets)
        except ConnectionError:
            return

    def signed(self, claims: dict[str, Any]) -> str:
        return jwt.encode({"alg": "RS256", "kid": "one"}, claims, self.key)

    def with_our_secret(self, claims: dict[str, Any]) -> str:
        """By a key that we have, too, so that it proves nothing."""
        return jwt.encode({"alg": "HS256", "kid": "one"}, claims, OctKey.import_key(SECRET), algorithms=["HS256"])

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
