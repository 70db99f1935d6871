"""Whose id an id is: a product's key and an order's id are the shop's, an ErpId is the ERP's."""

from typing import NewType

ShopKey = NewType("ShopKey", str)
OrderId = NewType("OrderId", str)
ErpId = NewType("ErpId", str)

NOBODY = ErpId("")  # an id that was not told


def parent(key: ShopKey) -> ShopKey:
    """The product that a variation belongs to; of a product without variations, itself."""
    return ShopKey(key.partition(":")[0])
