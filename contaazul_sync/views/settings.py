"""The settings for programs: each with its value and where that comes from, and no secret."""

from typing import TYPE_CHECKING, Any

from contaazul_sync.core.money import plain
from contaazul_sync.home.config import twin
from contaazul_sync.home.settings import told

if TYPE_CHECKING:
    from contaazul_sync.home.credentials import Secrets
    from contaazul_sync.home.settings import Settings


def value(settings: "Settings", name: str) -> str:
    """A setting's value as it stands in the file; "" where it has none. Of a secret only its beginning."""
    held = settings.values[name]
    return "" if held in ("", None) else told(name, held)


def as_json(settings: "Settings", secrets: "Secrets") -> dict[str, Any]:
    """The stable form: docs/schemas/config.schema.json. Numbers are decimal text."""
    return {
        "version": 1,
        "file": str(settings.config_file),
        "settings": {
            name: {"value": value(settings, name) or None, "from": _from(settings, name)}
            for name in settings.values
        },
        "payments": {
            name: {key: _plain(said) for key, said in rule.said.items()}
            for name, rule in settings.payments.items()
        },
        "kits": {
            sku: [{"sku": part, "quantity": plain(quantity)} for part, quantity in parts]
            for sku, parts in settings.kits.items()
        },
        "secrets": {"client_secret": bool(secrets.client_secret), "shop_token": bool(secrets.shop_token)},
    }


def _from(settings: "Settings", name: str) -> str:
    origin = settings.origins.get(name)
    if origin is None:
        return "default"
    return "file" if origin == str(settings.config_file) else twin(name)


def _plain(given: object) -> object:
    """What a rule of a way of paying says, as JSON has it."""
    if isinstance(given, (list, tuple)):
        return list(given)
    return given if isinstance(given, (bool, int)) else str(given)
