"""What is done in a home in which the power is cut: each thing that has to be kept, once at least.

And the start after it: with the program's own calls, all that is kept is read, and it goes on.
"""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from unittest.mock import patch

from contaazul_sync.core.errors import SyncError
from contaazul_sync.core.ids import ErpId, OrderId, ShopKey
from contaazul_sync.core.items import Kind
from contaazul_sync.core.orders import Sale
from contaazul_sync.core.products import Link, Product
from contaazul_sync.home import config
from contaazul_sync.home.credentials import Vault
from contaazul_sync.state import copies, file
from contaazul_sync.state.file import State
from sim.power.cut import Part, Step

NOW = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)
KEYS = [ShopKey(f"power-{number}") for number in range(12)]
SALE = Sale(OrderId("power-order"), ErpId("power-sale"), 90_001, 2_000, "mark", True, NOW)  # noqa: FBT003
HOME, COPY = "home", "copies/state.db"
TOKENS = ("refresh_token", "access_token")
WENT_ON = "went on"  # a note of the start after the cut


def prepare(root: Path, state: Path | None = None) -> None:
    """A home that was signed in: with the state of a released version, or none yet."""
    home = root / HOME
    home.mkdir()
    (root / COPY).parent.mkdir()
    if state:
        (home / "state.db").touch(mode=0o600)
        shutil.copyfile(state, home / "state.db")
    vault(home).update(company_id="one", **dict.fromkeys(TOKENS, "first"))
    config.write(home / "config.toml", {"language": "en"})


def vault(home: Path) -> Vault:
    """The secrets of a home, in a file."""
    return Vault(home, "file", {})


def first_day(root: Path) -> Iterator[Step]:
    """A pass, in a home that has no state yet, or one of an older version."""
    state = State.open(root / HOME / "state.db")
    yield "opened", lambda: None
    yield from passing(state)
    yield "closed", state.close


def another_day(root: Path) -> Iterator[Step]:
    """A new sign-in, a setting, copies, the daily tidying, and another command."""
    home = root / HOME
    state = State.open(home / "state.db")
    yield "opened", lambda: None
    yield from signing_in(root)
    yield "copied", lambda: state.backup(root / COPY)
    yield "noted", lambda: state.notes.set("noted", "1")
    yield "copied again", lambda: state.backup(root / COPY)
    yield from tidying(state)
    yield "closed", state.close
    again = State.open(home / "state.db")
    yield "opened again", lambda: None
    yield "said to be sent", lambda: again.intents.sending(Kind.CUSTOMER, "power", NOW)
    yield "closed again", again.close


def putting_back(root: Path) -> Iterator[Step]:
    """A copy takes the place of a state that went on, and whose process was killed."""
    home, copy = root / HOME, root / COPY
    state = State.open(home / "state.db")
    yield "noted", lambda: state.notes.set("noted", "1")
    yield "copied", lambda: state.backup(copy)
    yield "noted again", lambda: state.notes.set("noted", "2")
    yield "left", state.db.close
    with closing(copies.read(copy, home / "state.db")) as kept:
        yield "put back", lambda: copies.put_back(kept, home / "state.db")


def signing_in(root: Path) -> Iterator[Step]:
    """The ERP gave new tokens, and somebody chose another language."""
    home = root / HOME
    yield "token", lambda: vault(home).update(**dict.fromkeys(TOKENS, "second"))
    yield "setting", lambda: config.write(home / "config.toml", {"language": "pt_BR"})


def passing(state: State) -> Iterator[Step]:
    """What a pass keeps."""
    products = [Product(key, key, "Produto", 1_000, None, Decimal(5)) for key in KEYS]
    yield "run", lambda: state.runs.start("sync", NOW)
    yield "note", lambda: state.notes.set("company", "one")
    yield "products", lambda: state.products.save(products, walk=1)
    yield "queue", lambda: state.queue.add(KEYS, NOW)
    for key in KEYS[:2]:
        yield f"{key} to be sent", lambda key=key: state.intents.sending(Kind.PRODUCT, key, NOW)  # type: ignore[misc]
        link = Link(key, ErpId(f"erp-{key}"), key, 1_000, 1_000, Decimal(5), NOW)
        yield f"{key} linked", lambda link=link: state.links.save(link, NOW)  # type: ignore[misc]
    yield "sale to be sent", lambda: state.intents.sending(Kind.SALE, SALE.order_id, NOW, SALE.number)
    yield "sale", lambda: state.sales.record(SALE, {KEYS[0]: Decimal(2)}, NOW)


def tidying(state: State) -> Iterator[Step]:
    """A file that grew and became empty is written anew."""
    yield "much", lambda: state.notes.set("much", "x" * 400_000)
    yield "little", lambda: state.db.write("DELETE FROM meta WHERE key = 'much'")

    def tidy() -> None:
        before = (state.db.execute("PRAGMA page_count").fetchone(),)
        with patch.object(file, "MOST_FREE_PAGES", 3):
            state.tidy(NOW)
        assert (state.db.execute("PRAGMA page_count").fetchone(),) < before

    yield "tidied", tidy


def found_state(root: Path) -> object:
    """What a start finds in the state; and that it goes on, and leaves all of it in the one file."""
    (root / HOME).mkdir(exist_ok=True)
    path = root / HOME / "state.db"
    try:
        with closing(State.open(path)) as state:
            found = rows(state.db)
            state.notes.set(WENT_ON, "yes")
    except (SyncError, sqlite3.Error) as error:
        return str(error)
    with closing(alone(path)) as db:
        assert rows(db) == found
        assert db.execute("SELECT value FROM meta WHERE key = ?", [WENT_ON]).fetchone() == ("yes",)
    return found


def found_secrets(root: Path) -> object:
    """What a start finds in the secrets."""
    try:
        return asdict(vault(root / HOME).read())
    except SyncError as error:
        return error.message


def found_settings(root: Path) -> object:
    """What a start finds in the settings."""
    try:
        return config.load({"CONTAAZUL_SYNC_HOME": str(root / HOME)}).values
    except SyncError as error:
        return error.message


def found_copy(root: Path) -> object:
    """What is in the copy; and that another one can be made, whatever the former has left."""
    path = root / COPY
    try:
        with closing(alone(path)) as db:
            found = rows(db)
    except sqlite3.Error as error:
        found = {"no copy": [(path.exists() and str(error),)]}
    path.parent.mkdir(exist_ok=True)
    nothing().backup(path)
    with closing(alone(path)) as db:
        assert rows(db) == rows(nothing().db)
    return found


PARTS = {
    "state": Part(f"{HOME}/state.db", found_state),
    "secrets": Part(f"{HOME}/secrets.json", found_secrets),
    "settings": Part(f"{HOME}/config.toml", found_settings),
    "copy": Part(COPY, found_copy),
}


@cache
def nothing() -> State:
    """A state of which nothing is known."""
    return State(State.read(Path("nowhere")).db)


def alone(path: Path) -> sqlite3.Connection:
    """A file as it is by itself, without what may lie beside it."""
    return sqlite3.connect(f"{path.as_uri()}?mode=ro&immutable=1", uri=True)


def rows(db: sqlite3.Connection) -> dict[str, list[tuple[object, ...]]]:
    """Whether a file is sound, and all its rows; but for when each migration was taken."""
    found = {"sound": db.execute("PRAGMA integrity_check").fetchall()}
    tables = db.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name").fetchall()
    for (name,) in tables:
        if not name.startswith("_"):
            found[name] = db.execute(f"SELECT * FROM {name} ORDER BY 1").fetchall()  # noqa: S608 - our own
    found["meta"] = [row for row in found["meta"] if row != (WENT_ON, "yes")]
    return found
