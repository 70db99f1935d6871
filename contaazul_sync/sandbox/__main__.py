"""`python -m contaazul_sync.sandbox`: both servers in the foreground, until Ctrl+C.

With `--export DIR` it serves nothing: it saves the shop's orders and products as panels write them, and a
gateway's statement, and ends.
"""

from __future__ import annotations

import argparse
import signal
import sys
import threading
from pathlib import Path

from contaazul_sync.sandbox.server import Sandbox
from contaazul_sync.sandbox.sheets.export import export

NOTE = """\
An ERP that follows the published contract, and a shop with three faces: a merchant API that is assumed, the
storefront, and WooCommerce. Nothing is kept.

  Point the tool at it (config.toml):

    [erp]
    client_id = "{box.client_id}"
    redirect_uri = "{box.redirect_uri}"
    authorize_url = "{box.authorize_url}"
    token_url = "{box.token_url}"
    api_url = "{box.erp_url}"

    [shop]
    kind = "webstore"
    api_url = "{box.shop_url}"

  and give it the secrets (environment):

    export CONTAAZUL_SYNC_CLIENT_SECRET={box.client_secret}
    export CONTAAZUL_SYNC_SHOP_TOKEN={box.shop_token}

  The same shop, its catalogue from the storefront:

    [shop]
    kind = "webstore"
    catalogue = "storefront"
    url = "{box.site_url}"
    storefront_url = "{box.storefront_url}"
    api_url = "{box.shop_url}"

  The same shop as WooCommerce:

    [shop]
    kind = "woocommerce"
    url = "{box.site_url}"

    export CONTAAZUL_SYNC_SHOP_TOKEN={box.woo_keys}

  Look inside:      curl {box.erp_url}/_sandbox
  Turn a switch:    curl -X PATCH -d '{{"stock_patch": "take"}}' {box.erp_url}/_sandbox
  The shop's page:  {box.site_url}/_sandbox

Ctrl+C stops it.
"""


def main(arguments: list[str] | None = None, stop: threading.Event | None = None) -> int:
    """Serve until a signal, or until `stop` is set; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m contaazul_sync.sandbox", description=__doc__)
    parser.add_argument("--erp-port", type=int, default=8701)
    parser.add_argument("--shop-port", type=int, default=8702)
    parser.add_argument("--latency-ms", type=int, default=0, help="how long each answer takes")
    parser.add_argument(
        "--export", type=Path, metavar="DIR", help="save the shop as spreadsheet files there, and end"
    )
    options = parser.parse_args(arguments)
    if options.export:
        return _export(options.export)
    stop = stop or _stop_on_signal()
    box = Sandbox(erp_port=options.erp_port, shop_port=options.shop_port)
    box.erp.switches.latency = box.shop.switches.latency = options.latency_ms / 1000
    try:
        with box:
            sys.stdout.write(NOTE.format(box=box))
            sys.stdout.flush()
            stop.wait()
    except OSError as problem:
        sys.stderr.write(f"cannot listen: {problem}\n")
        return 3
    return 0


def _export(folder: Path) -> int:
    """Save every dialect, and say which files they are."""
    try:
        files = export(Sandbox().shop, folder)
    except OSError as problem:
        sys.stderr.write(f"cannot be saved: {problem}\n")
        return 3
    sys.stdout.writelines(f"{file}\n" for file in files)
    return 0


def _stop_on_signal() -> threading.Event:
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    return stop


if __name__ == "__main__":
    sys.exit(main())
