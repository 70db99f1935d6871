"""What the merchant's browser landed on, with the code that is worth a sign-in."""

import sys
import webbrowser
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import urlsplit

from contaazul_sync.core.errors import SignInError
from contaazul_sync.core.words import _
from contaazul_sync.home import machine
from contaazul_sync.home.readers import LOOPBACK
from contaazul_sync.operate.signin.asking import say

CODE_SECONDS = 180  # a code lives three minutes (docs/conta-azul.md), so there is no use in waiting longer


def answer_of(address: str, redirect_uri: str, *, browser: bool) -> str:
    """What the merchant's browser landed on."""
    if not browser:
        sys.stdout.write(address + "\n")
        sys.stdout.flush()
        return _pasted()
    say(_("Open this address, sign in with your user of the ERP, and confirm:") + "\n")
    say(address + "\n")
    webbrowser.open(address)
    parsed = urlsplit(redirect_uri)
    if parsed.scheme == "http" and parsed.hostname in LOOPBACK and parsed.port:
        say(_("Waiting for the browser to come back (three minutes) ..."))
        return _landed(parsed.hostname or "localhost", parsed.port)
    return _pasted()


def _pasted() -> str:
    say(_("Paste the whole address of the page you landed on (within three minutes), then Enter:"))
    line = sys.stdin.readline()
    if not line:
        raise SignInError(_("Nothing was pasted. Run: contaazul-sync auth"))
    return line


def _landed(host: str, port: int) -> str:
    """The address that the browser asks our own small server for."""
    found: list[str] = []

    class Landing(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if "code=" in self.path or "error=" in self.path:
                found.append(f"http://{host}:{port}{self.path}")
            self.send_response(200 if found else 404)
            self.send_header("Content-Type", "text/plain; charset=utf-8")
            self.end_headers()
            self.wfile.write((_("contaazul-sync: you may close this page.") + "\n").encode())

        def log_message(self, *_told: object) -> None:
            """Say nothing: the address holds the code."""

    try:
        server = HTTPServer((host, port), Landing)
    except OSError as error:
        text = _("Port {port} of the redirect address is in use: {error}.")
        raise SignInError(text.format(port=port, error=error.strerror)) from error
    with server:
        server.timeout = CODE_SECONDS
        deadline = machine.utc_now().timestamp() + CODE_SECONDS
        while not found and machine.utc_now().timestamp() < deadline:
            server.handle_request()
    if not found:
        raise SignInError(_("The browser did not come back within three minutes. Run: contaazul-sync auth"))
    return found[0]
