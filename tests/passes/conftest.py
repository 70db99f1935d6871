"""What several stories of a pass begin with."""

import pytest

from contaazul_sync.sandbox.server import Sandbox
from tests.worlds.job import Job


@pytest.fixture
def ready(linked):
    """One linked product and one paid order that is not sent yet."""
    job = linked("CAM-1", "Camiseta", 79.90, 50)
    job.erp.faults.hold_seconds = 0.05  # whoever waits for an answer that never comes
    job.order_id = str(job.shop.order([("CAM-1", 2)]))
    return job


@pytest.fixture
def other_job(tmp_path, sandbox, clock, signed_in_home):
    """A second shop with a home of its own, in the same ERP."""
    with Sandbox(clock=clock, catalogue=False) as box:
        made = Job(tmp_path / "other", sandbox, clock, signed_in_home)
        made.shop = box.shop
        made.set(shop__api_url=box.shop_url)
        made.shop.add_product("BON-1", "Boné", 49.90, 50)
        yield made
        made.state.close()
