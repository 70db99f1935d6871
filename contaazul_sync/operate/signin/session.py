"""The sign-in at the ERP: proved, noted, and ended."""

import secrets
from contextlib import closing
from dataclasses import replace

from stdnum.br import cnpj

from contaazul_sync.core.erp import Account
from contaazul_sync.core.errors import ClientRefused, Elsewhere, NoAccess, Nowhere, SignInError, SyncError
from contaazul_sync.core.words import _, ngettext
from contaazul_sync.erp import oauth
from contaazul_sync.home import screen
from contaazul_sync.home.credentials import Secrets, Vault
from contaazul_sync.home.machine import utc_now
from contaazul_sync.home.settings import Settings
from contaazul_sync.operate import wiring
from contaazul_sync.operate.signin.asking import once_more
from contaazul_sync.operate.signin.landing import answer_of, is_asked_again
from contaazul_sync.operate.signin.settings import Look
from contaazul_sync.passes.binding import bind
from contaazul_sync.passes.parts import Clock
from contaazul_sync.shops.woocommerce.address import by_query
from contaazul_sync.state.file import State


async def sign_in(settings: Settings, vault: Vault, *, browser: bool) -> Account:
    """Sign in and prove it: until then a former one stays. Raises SignInError, Unavailable, StateError."""
    redirect_uri, state = settings.need("erp.redirect_uri"), secrets.token_urlsafe(24)
    address = oauth.authorize_address(
        settings.text("erp.authorize_url"), settings.need("erp.client_id"), redirect_uri, state
    )
    while True:
        answer = answer_of(address, redirect_uri, state, browser=browser)
        code = ""
        try:
            code = oauth.code_from(answer, state)
            return await prove(settings, vault, code)
        except SignInError as error:
            # What was pasted may be no code, or too old; a browser alone would go in a circle.
            helps = not code or not (browser or isinstance(error, ClientRefused))
            if not (helps and is_asked_again(answer)):
                raise
            screen.tell(f"{error.message}\n{once_more()}\n")


async def prove(settings: Settings, vault: Vault, code: str, clock: Clock = utc_now) -> Account:
    """Turn a code into a sign-in, and keep it when it is of the company that the state belongs to."""
    tokens = wiring.tokens(settings, vault, clock)
    draft = await tokens.exchange(code, settings.need("erp.redirect_uri"))
    async with wiring.erp_client(settings, vault, clock, draft=draft.access_token) as erp:
        account = await erp.account()
    _bind(settings, account)
    await tokens.keep(draft, account.company_id)
    return account


def _bind(settings: Settings, account: Account) -> None:
    """Note the company in the state. Raises StateError for another one than before."""
    with closing(State.open(settings.state_file)) as state:
        bind(state, settings.shop_id, account.company_id)
        state.notes.set("company_name", account.company)
        state.notes.set("company_document", account.document)


async def other_address(settings: Settings, vault: Vault) -> str:
    """Where a WooCommerce shop's API is, if not below `/wp-json`: with plain permalinks. Else ""."""
    if settings.text("shop.kind") != "woocommerce" or settings.text("shop.api_url"):
        return ""
    other = by_query(settings.text("shop.url"))
    there = replace(settings, values={**settings.values, "shop.api_url": other})
    return other if not await _has_api(settings, vault) and await _has_api(there, vault) else ""


async def _has_api(settings: Settings, vault: Vault) -> bool:
    """Whether there is an API where the settings say; a shop that does not answer at all may have one."""
    try:
        async with wiring.shop_client(settings, vault) as shop:
            async for _page in shop.products():
                break
    except (Elsewhere, Nowhere):
        return False
    except SyncError:
        return True
    return True


async def look_at_shop(settings: Settings, vault: Vault) -> Look:
    """Whether the shop answers with this token."""
    try:
        async with wiring.shop_client(settings, vault) as shop:
            async for page in shop.products():
                text = ngettext(
                    "The shop answers; its first page lists {n} product.",
                    "The shop answers; its first page lists {n} products.",
                    len(page),
                )
                return Look(text.format(n=len(page)))
    except NoAccess as error:
        return Look(f"{error.message[:1].upper()}{error.message[1:]}", refused=True)
    except SyncError as error:
        return Look(_("The shop does not answer yet: {why}").format(why=error.message), answers=False)
    return Look(_("The shop answers; it lists no product yet."))


async def remove(settings: Settings, vault: Vault) -> list[str]:
    """End the sign-in: revoke it where the ERP answers that, and forget the secrets. The state stays."""
    held = vault.read()
    lines: list[str] = []
    if held.refresh_token and settings.text("erp.client_id"):
        revoked = await _revoke(settings, vault, held)
        lines.append(
            _("The ERP ended the connection.")
            if revoked
            else _("The ERP did not end the connection: remove the app in the ERP's own settings too.")
        )
    vault.delete()
    lines.append(_("The secrets are deleted. Nothing in the ERP or in the shop was changed."))
    kept = _("What was sent stays known in {file}; delete it yourself if you want.")
    lines.append(kept.format(file=settings.state_file))
    return lines


async def _revoke(settings: Settings, vault: Vault, held: Secrets) -> bool:
    tokens = wiring.tokens(settings, vault)
    return await tokens.revoke(settings.text("erp.api_url"), held.company_id)


def describe(account: Account) -> str:
    """`Loja Azul (CNPJ 05.206.246/0001-38)`."""
    document = cnpj.format(account.document) if len(account.document) == 14 else account.document
    return (account.company or _("a company without a name")) + (f" (CNPJ {document})" if document else "")
