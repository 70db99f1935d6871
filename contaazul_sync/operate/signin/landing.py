"""What the merchant's browser landed on, with the code that is worth a sign-in."""

import queue
import sys
import threading
import webbrowser
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from contaazul_sync.core.errors import SignInError
from contaazul_sync.core.words import _
from contaazul_sync.home import screen
from contaazul_sync.home.readers import LOOPBACK
from contaazul_sync.home.signals import asking

CODE_SECONDS = 180  # a code lives three minutes (docs/conta-azul.md), so there is no use in waiting longer


def answer_of(address: str, redirect_uri: str, state: str, *, browser: bool) -> str:
    """What the merchant's browser landed on. Raises SignInError."""
    if sys.stderr.isatty():
        screen.tell(_("Open this address, sign in with your user of the ERP, and confirm:") + "\n")
    if not browser:
        screen.say(address)
        return _pasted()
    if not sys.stderr.isatty():
        screen.tell(_("Open this address, sign in with your user of the ERP, and confirm:") + "\n")
    screen.tell(address + "\n")
    webbrowser.open(address)
    parsed = urlsplit(redirect_uri)
    if parsed.scheme == "http" and parsed.hostname in LOOPBACK and parsed.port:
        screen.tell(_("Waiting for the browser to come back (three minutes) ..."))
        return landed(parsed.hostname or "localhost", parsed.port, state)
    return _pasted()


def _pasted() -> str:
    if sys.stderr.isatty():
        screen.tell(
            "\n"
            + _(
                "If the ERP asks for a second code, give it there. The page that you land on may look like an"
                " error: that is right. Copy its whole address from the address bar."
            )
        )
    text = _("Paste the whole address of the page you landed on (within three minutes), then Enter:")
    try:
        return screen.ask(f"{text}\n")
    except EOFError:
        raise SignInError(_("Nothing was pasted. Run: contaazul-sync auth")) from None


def is_asked_again(answer: str) -> bool:
    """Whether somebody is there who can paste once more what was no address of the sign-in."""
    return bool(answer.strip()) and sys.stdin.isatty() and "error=" not in answer


def has_desktop(environ: Mapping[str, str]) -> bool:
    """Whether a browser can be opened where a person sees it: not over SSH without a display."""
    is_remote = environ.get("SSH_CONNECTION") or environ.get("SSH_TTY")
    return not is_remote or bool(environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY"))


def landed(host: str, port: int, state: str, seconds: float = CODE_SECONDS) -> str:
    """The address that the browser asks our own small server for. Raises SignInError.

    A browser opens more connections than it needs, and asks for an icon; an older tab tells another state.
    """
    found: queue.SimpleQueue[str] = queue.SimpleQueue()

    class Landing(BaseHTTPRequestHandler):
        timeout = seconds

        def do_GET(self) -> None:
            told = parse_qs(urlsplit(self.path).query)
            mine = told.get("state") == [state] and bool(told.keys() & {"code", "error"})
            self.send_response(200 if mine else 404)
            self.send_header("Content-Type", "text/plain; charset=utf-8")
            self.end_headers()
            ours, another = _("you may close this page."), _("this page is not of the sign-in that waits.")
            self.wfile.write(f"contaazul-sync: {ours if mine else another}\n".encode())
            if mine:
                found.put(f"http://{host}:{port}{self.path}")

        def log_message(self, *_told: object) -> None:
            """Say nothing: the address holds the code."""

    try:
        server = ThreadingHTTPServer((host, port), Landing)
    except OSError as error:
        text = _("Port {port} of the redirect address is in use: {error}.")
        raise SignInError(text.format(port=port, error=error.strerror)) from error
    with asking(), server:
        serving = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        serving.start()
        try:
            return found.get(timeout=seconds)
        except queue.Empty:
            text = _("The browser did not come back within three minutes. Run: contaazul-sync auth")
            raise SignInError(text) from None
        finally:
            server.shutdown()
            serving.join()
