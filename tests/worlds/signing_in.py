"""A sign-in without the program that asks for it: the merchant's browser is played by the sandbox."""

from contaazul_sync.erp.oauth import authorize_address, code_from
from contaazul_sync.home.credentials import Vault
from contaazul_sync.home.settings import Settings
from contaazul_sync.operate.signin.session import prove
from contaazul_sync.passes.parts import Clock
from contaazul_sync.sandbox.server import Sandbox


async def sign_in(box: Sandbox, settings: Settings, vault: Vault, clock: Clock) -> None:
    """Keep the tokens in the vault and the company in the state, as `auth` does."""
    address = authorize_address(box.authorize_url, box.client_id, box.redirect_uri, "s")
    await prove(settings, vault, code_from(box.approve(address), "s"), clock)
