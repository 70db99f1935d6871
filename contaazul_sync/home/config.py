"""Reading and writing `config.toml` and its environment twins.

Every key has a twin `CONTAAZUL_SYNC_<SECTION>__<KEY>` in the environment, which wins. A bad or unknown key is
an error that names the key and where it came from.
"""

import re
import tomllib
from collections.abc import Mapping
from contextlib import suppress
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from contaazul_sync.core import harmless
from contaazul_sync.core.errors import ConfigError
from contaazul_sync.core.words import NOTHING, _, joined
from contaazul_sync.home import readers
from contaazul_sync.home.files import read_text, write_whole
from contaazul_sync.home.settings import PREFIX, SECRET, SETTINGS, Settings, home_directory, shown

BY_HAND = ("payments", "kits")  # what is in these has names of its own
ALERTS = re.compile(r"^\s*\[alerts\].*?(?=^\s*\[|\Z)", re.MULTILINE | re.DOTALL)


def alerts(environ: Mapping[str, str]) -> Settings:
    """What can be read of where to tell how a run ended, whatever else is wrong."""
    home = home_directory(environ)
    values: dict[str, object] = {name: default for name, (_reader, default) in SETTINGS.items()}
    for name, value in (_flat(_some(home / "config.toml"), "") | _twins(environ)).items():
        if name in SETTINGS:
            with suppress(ValueError):
                values[name] = _read(name, value[0])
    harmless.hide(values[name] for name in SECRET)
    return Settings(home, values)


def _some(path: Path) -> dict[str, Any]:
    """The document, or its section about alerts where no more can be read."""
    try:
        text = path.read_text(encoding="utf-8-sig", errors="replace")
    except OSError:
        return {}
    for part in (text, *ALERTS.findall(text)):
        with suppress(tomllib.TOMLDecodeError, RecursionError, InvalidOperation):
            return tomllib.loads(part, parse_float=Decimal)
    return {}


def load(environ: Mapping[str, str]) -> Settings:
    """Read the settings. Raises ConfigError with the key and the file or variable that is wrong."""
    home = home_directory(environ)
    document, origin = _document(home / "config.toml"), str(home / "config.toml")
    payments, kits = document.pop("payments", {}), document.pop("kits", {})
    if payments or kits:
        from contaazul_sync.home import tables  # noqa: PLC0415 - it knows the ERP's words, which few settings need

        payments, kits = tables.payments(payments, origin), tables.kits(kits, origin)
    given = _flat(document, origin) | _from_environment(environ)
    harmless.hide(value for name, (value, _where) in given.items() if name in SECRET)
    origins = {name: where for name, (_value, where) in given.items()}
    values: dict[str, object] = {name: default for name, (_reader, default) in SETTINGS.items()}
    for name, (value, origin) in given.items():
        if name not in SETTINGS:
            text = _("There is no setting {name}, as in {origin}. Correct it.")
            raise ConfigError(text.format(name=shown(name), origin=origin))
        try:
            values[name] = _read(name, value)
        except ValueError as error:
            raise ConfigError.of_value(shown(name), origin, value, str(error)) from None
    return Settings(home, values, payments, kits, origins)


def _read(name: str, value: object) -> object:
    """A setting's value. What is empty is not given, where there may be none. Raises ValueError."""
    reader, default = SETTINGS[name]
    return default if value == default == "" else reader(value)


def check_name(name: str) -> None:
    """Raises ConfigError where there is no such setting, with what it may be called."""
    if name not in SETTINGS:
        from difflib import get_close_matches  # noqa: PLC0415

        near = get_close_matches(name, SETTINGS, n=3, cutoff=0.5)
        like = _("Is it {names}?").format(names=_(" or ").join(near)) if near else NOTHING
        if (section := name.partition(".")[0]) in BY_HAND:
            like = _("[{section}] is a section of config.toml: change it in that file.").format(
                section=section
            )
        raise ConfigError(joined(_("There is no setting {name}.").format(name=name), like))


def check(name: str, value: object) -> None:
    """Whether a setting takes a value from now on. Raises ConfigError."""
    check_name(name)
    if name in SECRET:
        harmless.hide([value])
    try:
        _read(name, value)
        if name == "shop.id":  # what stands there already is not judged again
            readers.short_name(value)
    except ValueError as error:
        raise ConfigError(
            _("{name} cannot be {value}: {why}.").format(name=shown(name), value=repr(value), why=error)
        ) from None


def default(name: str) -> object:
    """What a setting is where nobody says anything else."""
    return SETTINGS[name][1]


def twin(name: str) -> str:
    """A setting's name in the environment."""
    return PREFIX + name.upper().replace(".", "__")


def _document(path: Path) -> dict[str, Any]:
    try:
        text = read_text(path)
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise ConfigError(_("{file} cannot be read: {error}.").format(file=path, error=error)) from None
    try:
        return tomllib.loads(text, parse_float=Decimal)
    except (tomllib.TOMLDecodeError, RecursionError, InvalidOperation) as error:
        raise ConfigError(_("{file} is not valid TOML: {error}.").format(file=path, error=error)) from None


def _flat(document: Mapping[str, Any], origin: str, above: str = "") -> dict[str, tuple[object, str]]:
    """Each value by its dotted name. `above`: the section that this is, and a dot."""
    flat: dict[str, tuple[object, str]] = {}
    for key, content in document.items():
        name = above + key
        if isinstance(content, dict) and (not above or _is_section(name)):
            flat |= _flat(content, origin, f"{name}.")
        else:
            flat[name] = (content, origin)
    return flat


def _is_section(name: str) -> bool:
    return any(each.startswith(f"{name}.") for each in SETTINGS)


def _from_environment(environ: Mapping[str, str]) -> dict[str, tuple[object, str]]:
    twins = {twin(name) for name in SETTINGS}
    for variable in environ:
        if variable.startswith(PREFIX) and "__" in variable and variable not in twins:
            text = _("The variable {name} is no setting's twin. Take it out or correct it.")
            raise ConfigError(text.format(name=variable))
    return _twins(environ)


def _twins(environ: Mapping[str, str]) -> dict[str, tuple[object, str]]:
    twins = {name: twin(name) for name in SETTINGS if twin(name) in environ}
    return {
        name: (environ[variable], _("the variable {name}").format(name=variable))
        for name, variable in twins.items()
    }


def write(path: Path, values: Mapping[str, str]) -> None:
    """Set some keys in the file and leave the rest of it, comments too, as it is."""
    import tomlkit  # noqa: PLC0415 - only `auth` writes settings

    document = tomlkit.parse(read_text(path)) if path.exists() else tomlkit.document()
    for name, value in values.items():
        table: Any = document
        *sections, key = name.split(".")
        for section in sections:
            table = table.setdefault(section, tomlkit.table())
        table[key] = value
    write_whole(path, tomlkit.dumps(document))


def remove(path: Path, name: str) -> bool:
    """Take a key out of the file and leave the rest of it as it is. Returns whether it was there."""
    import tomlkit  # noqa: PLC0415 - as above

    if not path.exists():
        return False
    document = tomlkit.parse(read_text(path))
    table: Any = document
    *sections, key = name.split(".")
    for section in sections:
        table = table.get(section, {})
    if key not in table:
        return False
    del table[key]
    write_whole(path, tomlkit.dumps(document))
    return True
