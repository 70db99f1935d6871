"""What several stories of a pass begin with."""

import pytest


@pytest.fixture
def ready(linked):
    """One linked product and one paid order that is not sent yet."""
    job = linked("CAM-1", "Camiseta", 79.90, 50)
    job.erp.faults.hold_seconds = 0.05  # whoever waits for an answer that never comes
    job.order_id = str(job.shop.order([("CAM-1", 2)]))
    return job
