"""The secrets: client secret, shop token and the rotating sign-in, in the keyring or a file of mode 0600.

The whole set is kept as one value, so that a new pair of tokens is there at once or not at all.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import datetime
from pathlib import Path

from contaazul_sync.core import harmless
from contaazul_sync.core.errors import CredentialsError
from contaazul_sync.core.words import _
from contaazul_sync.home.lock import secrets_lock
from contaazul_sync.home.places import (
    Backend,
    FileBackend,
    KeyringBackend,
    Write,
    chance,
    cron_reads_keyring,
    no_keyring,
)
from contaazul_sync.home.settings import PREFIX

ROOM = 16_384  # bytes that two new tokens may take, beside what is kept


@dataclass(frozen=True, slots=True)
class Secrets:
    """What must not be seen. `expires_at` is of the access token; `refused`: the ERP wants a new sign-in."""

    client_secret: str = field(default="", repr=False)
    shop_token: str = field(default="", repr=False)
    access_token: str = field(default="", repr=False)
    refresh_token: str = field(default="", repr=False)
    expires_at: str = ""
    company_id: str = ""
    refused: bool = False
    hash_key: str = field(default="", repr=False)
    others: Mapping[str, object] = field(default_factory=dict, repr=False)  # what a newer version keeps

    @property
    def signed_in(self) -> bool:
        """Whether there is a sign-in that the ERP has not refused."""
        return bool(self.refresh_token and self.company_id) and not self.refused

    def fresh(self, now: datetime) -> bool:
        """Whether the access token is good for some minutes yet."""
        try:
            return bool(self.access_token) and now < datetime.fromisoformat(self.expires_at)
        except (ValueError, TypeError):  # nothing there, or no moment
            return False


def _as_text(held: Secrets) -> str:
    kept = asdict(held)
    return json.dumps(kept.pop("others") | kept)


def _from_text(text: str) -> Secrets:
    """Raises ValueError, TypeError for what this program did not write."""
    told = dict(json.loads(text))
    known = {each.name: told.pop(each.name) for each in fields(Secrets) if each.name in told}
    if not known:
        raise ValueError
    return Secrets(**known | {"others": told})


class SecretsDamagedError(CredentialsError):
    """The secrets are there and cannot be understood. A new sign-in replaces them."""


class Vault:
    """Reads and writes the secrets of one home; the environment's twins win over what is kept."""

    def __init__(self, home: Path, backend: str, environ: Mapping[str, str]) -> None:
        self.home = home
        self.environ = environ
        self.drafted: dict[str, object] = {}
        self.undecided = backend == "auto"
        self.backend = self._choose(backend)

    def _choose(self, backend: str) -> Backend:
        file = FileBackend(self.home / "secrets.json")
        if backend == "file" or (backend == "auto" and file.path.exists()):
            return file
        return KeyringBackend(self.home)

    def read(self) -> Secrets:
        """The secrets as they are now. Raises CredentialsError."""
        kept = self._changed(self.drafted)
        held = replace(
            kept,
            client_secret=self.environ.get(f"{PREFIX}CLIENT_SECRET") or kept.client_secret,
            shop_token=self.environ.get(f"{PREFIX}SHOP_TOKEN") or kept.shop_token,
        )
        harmless.hide((held.client_secret, held.access_token, held.refresh_token, held.hash_key))
        harmless.hide(held.shop_token.split(":"))  # WooCommerce has two keys
        return held

    def _kept(self) -> Secrets:
        try:
            text = self.backend.read()
        except CredentialsError:
            if not (self.undecided and isinstance(self.backend, KeyringBackend)):
                raise
            text = None  # `auth` has not chosen a place yet, and there is no keyring to look into
        if not text:
            return Secrets()
        try:
            return _from_text(text)
        except (ValueError, TypeError):
            text = _("What {place} holds is not what this program wrote. Run: contaazul-sync auth")
            raise SecretsDamagedError(text.format(place=self.backend.name)) from None

    def draft(self, **changes: object) -> Secrets:
        """Have `read` tell these too, and keep them with the next change that is kept."""
        self.drafted |= changes
        return self.read()

    def update(self, **changes: object) -> Secrets:
        """Change some of the secrets and keep them. What the environment gave is not kept."""
        if not self.home.is_dir():
            text = _("{directory} cannot be written: there is no such directory.")
            raise CredentialsError(text.format(directory=self.home))
        with secrets_lock(self.home):
            return self.update_locked(**changes)

    def update_locked(self, **changes: object) -> Secrets:
        """The same, for who holds the token lock already."""
        return self._keep(self.backend.write, changes)

    @contextmanager
    def ready(self) -> Iterator[Callable[..., Secrets]]:
        """Yields `update_locked` for one change that cannot be had again: there is room for it on the disk.

        Raises CredentialsError where there is not.
        """
        with self.backend.room(len(_as_text(self._kept())) + ROOM) as write:
            yield lambda **changes: self._keep(write, changes)

    def _keep(self, write: Write, changes: Mapping[str, object]) -> Secrets:
        kept = self._changed({**self.drafted, **changes})
        if not kept.hash_key:
            kept = replace(kept, hash_key=chance(32))
        write(_as_text(kept))
        self.drafted = {}
        return self.read()

    def _changed(self, changes: Mapping[str, object]) -> Secrets:
        return replace(self._kept(), **changes)  # type: ignore[arg-type] # the callers name its fields

    def settle(self, backend: str) -> None:
        """Choose a place that works now and under cron, as `auth` does before it keeps anything.

        With "auto", the keyring is taken only when a process with cron's bare environment can read back
        what was written; else the file. With "keyring" and no such keyring: CredentialsError.
        """
        if not isinstance(self.backend, KeyringBackend) or cron_reads_keyring():
            return
        if backend == "keyring":
            raise CredentialsError(no_keyring(RuntimeError()))
        self.backend = FileBackend(self.home / "secrets.json")

    def delete(self) -> None:
        """Forget all secrets, after whoever is renewing them just now."""
        with secrets_lock(self.home):
            self.backend.delete()
