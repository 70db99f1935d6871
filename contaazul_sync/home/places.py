"""The places that keep the secrets: the keyring, or a file that its owner alone may read.

Each keeps one text, and raises CredentialsError where it cannot.
"""

import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from typing import Protocol

from contaazul_sync.core.errors import CredentialsError
from contaazul_sync.core.words import Said, _
from contaazul_sync.home import files, machine

KEYRING_SERVICE = "contaazul-sync"


Write = Callable[[str], None]


class Backend(Protocol):
    """A place that keeps one text."""

    @property
    def kind(self) -> str:
        """Its name in the settings."""

    @property
    def name(self) -> str:
        """Its name for people, in the language that is spoken now."""

    def read(self) -> str | None:
        """The text, or None where there is none. Raises CredentialsError."""

    def write(self, text: str) -> None:
        """Keep the text in place of the former. Raises CredentialsError."""

    def room(self, size: int) -> AbstractContextManager[Write]:
        """What keeps a text of so many bytes, once there is room for it. Raises CredentialsError."""

    def delete(self) -> None:
        """Forget the text."""


class FileBackend:
    """A file in the home of the tool that its owner alone may read."""

    kind = "file"

    def __init__(self, path: Path) -> None:
        self.path = path

    @property
    def name(self) -> str:
        """Its name for people."""
        return _("the file {file}").format(file=self.path)

    def read(self) -> str | None:
        """The text. A file that others may read is refused."""
        try:
            machine.check_owner(self.path)
            mode = stat.S_IMODE(self.path.stat().st_mode)
            if mode & 0o077:
                text = _("{file} can be read by other users (mode {mode}). Run: chmod 600 {file}")
                raise CredentialsError(text.format(file=self.path, mode=f"{mode:o}"))
            return self.path.read_text(encoding="utf-8")
        except FileNotFoundError:
            return None
        except UnicodeDecodeError:
            return "not what was written"
        except OSError as error:
            text = _("{file} cannot be read: {error}.")
            raise CredentialsError(text.format(file=self.path, error=error)) from error

    def write(self, text: str) -> None:
        """Keep the text, whole or not at all."""
        with self._told():
            self._check_owner()
            files.write_whole(self.path, text)

    @contextmanager
    def room(self, size: int) -> Iterator[Write]:
        """What keeps a text of so many bytes, once it was seen that the disk takes that many."""
        with ExitStack() as opened:
            with self._told():
                self._check_owner()
                write = opened.enter_context(files.room_for(self.path, size))
            yield self._telling(write)

    def _telling(self, write: Write) -> Write:
        def keep(text: str) -> None:
            with self._told():
                write(text)

        return keep

    def _check_owner(self) -> None:
        if self.path.exists():
            machine.check_owner(self.path)

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            text = _("{file} cannot be written: {error}.")
            raise CredentialsError(text.format(file=self.path, error=error)) from error

    def delete(self) -> None:
        """Remove the file."""
        self.path.unlink(missing_ok=True)


class KeyringBackend:
    """The desktop's keyring, one entry for each home."""

    kind = "keyring"

    def __init__(self, home: Path) -> None:
        self.user = str(home)

    @property
    def name(self) -> str:
        """Its name for people."""
        return _("the system keyring")

    def read(self) -> str | None:
        """The text."""
        import keyring  # noqa: PLC0415 - slow to load, and only where it is used

        try:
            return keyring.get_password(KEYRING_SERVICE, self.user)
        except Exception as error:
            raise CredentialsError(no_keyring(error)) from error

    def write(self, text: str) -> None:
        """Keep the text."""
        import keyring  # noqa: PLC0415

        try:
            keyring.set_password(KEYRING_SERVICE, self.user, text)
        except Exception as error:
            raise CredentialsError(no_keyring(error)) from error

    @contextmanager
    def room(self, size: int) -> Iterator[Write]:  # noqa: ARG002 - a keyring tells no room
        """What keeps a text."""
        yield self.write

    def delete(self) -> None:
        """Remove the entry."""
        import keyring  # noqa: PLC0415

        try:
            keyring.delete_password(KEYRING_SERVICE, self.user)
        except keyring.errors.PasswordDeleteError:
            return
        except Exception as error:
            raise CredentialsError(no_keyring(error)) from error


def no_keyring(error: Exception) -> Said:
    """What to do where the keyring does not work."""
    return _(
        "The system keyring does not work here ({error}). Cron has no desktop session:"
        ' set backend = "file" under [credentials] in config.toml, then run: contaazul-sync auth'
    ).format(error=type(error).__name__)


def cron_reads_keyring() -> bool:
    """Whether a value put into the keyring is found by a process that has only HOME and PATH, like cron's."""
    import keyring  # noqa: PLC0415

    user, value = "probe", chance(8)
    code = f"import keyring; print(keyring.get_password({KEYRING_SERVICE!r}, {user!r}))"
    try:
        keyring.set_password(KEYRING_SERVICE, user, value)
        bare = {"HOME": str(Path.home()), "PATH": "/usr/bin:/bin"}
        command = [sys.executable, "-c", code]
        answer = subprocess.run(  # noqa: S603 - our own interpreter and code
            command, env=bare, capture_output=True, text=True, timeout=20, check=False
        )
        keyring.delete_password(KEYRING_SERVICE, user)
    except Exception:  # noqa: BLE001 - whatever a backend raises, it does not work
        return False
    return answer.stdout.strip() == value


def chance(count: int) -> str:
    """So many bytes that nobody can guess, as hexadecimal text."""
    import secrets  # noqa: PLC0415 - slow to load, and seldom needed

    return secrets.token_hex(count)
