"""The settings and secrets that a sign-in needs: asked for, and kept one by one as they are answered."""

from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime

from contaazul_sync.core import words
from contaazul_sync.core.errors import CredentialsError
from contaazul_sync.core.words import _
from contaazul_sync.home import machine, screen
from contaazul_sync.home.config import load, write
from contaazul_sync.home.credentials import Secrets, SecretsDamagedError, Vault
from contaazul_sync.home.settings import Settings
from contaazul_sync.operate.signin import questions
from contaazul_sync.operate.signin.asking import Asker, Question, once_more
from contaazul_sync.state.file import State


@dataclass(frozen=True, slots=True)
class Look:
    """What a shop answered to a token. `refused`: it does not take it."""

    line: str
    refused: bool = False
    answers: bool = True


Try = Callable[[Settings, Vault], Look]


@dataclass
class Preparing:
    """Brings settings and secrets to where a sign-in can begin. `anew`: the secrets are asked for again.

    `look` asks the shop with a token. What was answered is kept, so that another `auth` goes on from there.
    """

    environ: Mapping[str, str]
    ask: Asker
    now: datetime
    look: Try
    anew: bool = False
    asked: int = 0
    seen: Look | None = None  # what the shop said to its token
    changed: bool = False  # the ERP's secret is another one

    def run(self) -> tuple[Settings, Vault]:
        """Ask for all that is missing. Raises ConfigError where nobody answers."""
        settings = load(self.environ)
        machine.prepare_home(settings.home)
        vault = Vault(settings.home, settings.text("credentials.backend"), self.environ)
        settings = self._settings(settings, _known(vault))
        backend = settings.text("credentials.backend")
        vault.settle(backend)
        if backend == "auto":  # what was chosen is written down, so that cron never has to guess
            write(settings.config_file, {"credentials.backend": vault.backend.kind})
        return self._secrets(load(self.environ), vault), vault

    def _settings(self, settings: Settings, held: Secrets) -> Settings:
        if not settings.text("language"):
            settings = self._answered(settings, questions.language(settings), "")
            words.speak(words.language_of(settings.text("language"), {}))
        fresh, known_as = _as_left(settings)
        if known_as and not settings.text("shop.id"):  # it writes no other name than before
            write(settings.config_file, {"shop.id": known_as})
            settings = load(self.environ)
        told = set[str]()
        while left := [q for q in questions.missing(settings, self.now, fresh=fresh) if q.name not in told]:
            told.add(left[0].name)
            place = self._place(len(left) + sum(self._secrets_asked(settings, held)))
            settings = self._answered(settings, left[0], place)
        return settings

    def _secrets_asked(self, settings: Settings, held: Secrets) -> tuple[int, int]:
        """How many questions there are for the ERP's secret, and for the shop's."""
        wants_token = self.anew or (settings.needs_token and not held.shop_token)
        of_the_shop = 2 if settings.text("shop.kind") == "woocommerce" else 1
        return int(self.anew or not held.client_secret), wants_token * of_the_shop

    def _place(self, left: int) -> str:
        """Which of how many questions comes next, where more than one is left."""
        self.asked += 1
        return f"({self.asked}/{self.asked + left - 1})" if left > 1 or self.asked > 1 else ""

    def _answered(self, settings: Settings, question: Question, place: str) -> Settings:
        value = self.ask.fit(question, place)
        write(settings.config_file, {question.name: value})
        return load(self.environ)

    # Secrets

    def _secrets(self, settings: Settings, vault: Vault) -> Settings:
        """Ask for the secrets that are neither kept nor in the environment, or for all `anew`, and keep them.

        Where there is a sign-in that works, they are kept with what proves them.
        """
        try:
            held = vault.read()
        except SecretsDamagedError:
            vault.delete()
            held = vault.read()
        keep = vault.draft if held.signed_in else vault.update
        keep()
        of_the_erp, of_the_shop = self._secrets_asked(settings, held)
        if of_the_erp:
            question = questions.client_secret(settings, kept=self.anew and bool(held.client_secret))
            if answer := self.ask.fit(question, self._place(of_the_erp + of_the_shop)):
                self.changed = answer != held.client_secret
                keep(client_secret=answer)
        if of_the_shop:
            place = self._place(of_the_shop)
            settings = self._token(settings, vault, keep, place, kept=self.anew and bool(held.shop_token))
        return settings

    def _token(
        self, settings: Settings, vault: Vault, keep: Callable[..., object], place: str, *, kept: bool
    ) -> Settings:
        """Ask for the shop's token, and ask the shop: one that it refuses is asked for again."""
        while True:
            token = self.ask.fit(questions.shop_token(settings, kept=kept), place)
            if token and settings.text("shop.kind") == "woocommerce" and ":" not in token:
                token = self.ask.fit(questions.second_key(settings, token), self._place(1))
            if not (token or kept):
                settings = self._without_token(settings)
            elif token and not settings.text("shop.api_url") and settings.text("shop.kind") == "webstore":
                settings = self._answered(settings, questions.address_of(settings, "webstore"), "")
            if token or not kept:
                keep(shop_token=token)
            self.seen = self.look(settings, vault)
            if not (self.seen.refused and token and self.ask.again):
                return settings
            screen.tell(f"{self.seen.line}\n{once_more()}")

    def _without_token(self, settings: Settings) -> Settings:
        """Where the products are read without a token, on the shop's own pages; its orders from files."""
        if not settings.text("shop.url"):
            settings = self._answered(settings, questions.pages_of(settings), "")
            write(settings.config_file, {"shop.api_url": ""})  # a token that is lost later would be missed
            settings = load(self.environ)
        if not settings.text("shop.orders") and self.ask.fit(questions.orders_from_files()) == "yes":
            write(settings.config_file, {"shop.orders": "files"})
            settings = load(self.environ)
        return settings


def _known(vault: Vault) -> Secrets:
    """The secrets that need not be asked for; what cannot be read is."""
    try:
        return vault.read()
    except CredentialsError:
        return Secrets()


def offer_address(environ: Mapping[str, str], settings: Settings, ask: Asker, address: str) -> Settings:
    """Ask whether the shop's API is at an address where it was found, and keep the answer."""
    text = _("The shop's permalinks are plain, and its API is not at the usual address. Address of its API")
    answer = ask(text, address)
    write(settings.config_file, {"shop.api_url": answer})
    return load(environ)


def _as_left(settings: Settings) -> tuple[bool, str]:
    """Whether no pass has run yet in this home, and what the shop is called in it."""
    if not settings.state_file.exists():
        return True, ""
    with closing(State.open(settings.state_file)) as state:
        return not state.runs.any_began(), state.notes.get("shop") or ""
