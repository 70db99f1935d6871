"""The image's steps, taken one by one, and a shop that lives in what they make."""

import os
import stat
import tempfile
from pathlib import Path

import pytest

from contaazul_sync.sandbox.server import Sandbox
from tests.fleet.fleet import ADDED, ENGINES, ROOT, SECONDS
from tests.fleet.image import Image, instructions

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(2 * SECONDS),
    pytest.mark.skipif(not (ENGINES / "airflow").is_file(), reason=f"no {ADDED}; see `make test-fleet`"),
]


@pytest.fixture(scope="module")
def image():
    with tempfile.TemporaryDirectory(prefix="image-") as folder:  # pytest's own are for one user alone
        Path(folder).chmod(0o755)
        made = Image(Path(folder))
        made.build()
        yield made


def settings(box: Sandbox) -> dict[str, str]:
    """A shop's settings as a container has them: in its environment."""
    values = {
        "ERP__CLIENT_ID": box.client_id,
        "ERP__REDIRECT_URI": box.redirect_uri,
        "ERP__AUTHORIZE_URL": box.authorize_url,
        "ERP__TOKEN_URL": box.token_url,
        "ERP__API_URL": box.erp_url,
        "SHOP__API_URL": box.shop_url,
        "SHOP__ID": "loja",
        "ORDERS__SINCE": "2026-01-01",
        "CLIENT_SECRET": box.client_secret,
        "SHOP_TOKEN": box.shop_token,
    }
    return {f"CONTAAZUL_SYNC_{name}": value for name, value in values.items()}


def test_a_shop_lives_in_the_image(image):
    volume = image.at("/data")
    volume.chmod(0o2775)  # as Kubernetes makes it, where `fsGroup` is set
    if image.user:
        os.chown(volume, 0, image.user)
    with Sandbox(catalogue=False) as box:
        environ = settings(box)
        assert image.health(**environ) == 1
        assert image.run(**environ).returncode in (3, 4)
        assert image.sign_in(box.approve, **environ).returncode == 0
        box.shop.add_product("CAM-1", "Camiseta", 79.90, 5)
        assert image.run("send-products", "CAM-1", "--now", **environ).returncode == 0
        box.shop.order([("CAM-1", 1)])

        done = image.run(**environ)

        assert (done.returncode, done.stderr) == (0, "")
        assert len(box.erp.sales) == 1
        assert image.health(**environ) == 0
    home = image.at("/data/home")
    assert stat.S_IMODE(home.stat().st_mode) & 0o777 == 0o700
    assert {each.stat().st_uid for each in (home, *home.iterdir())} == {image.user or os.geteuid()}
    assert [each.name for each in volume.iterdir()] == ["home"]


def test_the_image_is_not_root_and_names_only_paths_that_the_script_knows():
    told = list(instructions((ROOT / "Containerfile").read_text()))

    assert ("USER", "10001:10001") in told
    assert {word for word, _ in told} == {
        *("FROM", "COPY", "RUN", "USER", "VOLUME", "ENV", "HEALTHCHECK", "ENTRYPOINT", "CMD"),
    }
