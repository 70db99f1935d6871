"""A WooCommerce shop by its REST API, version 3, of WooCommerce 8 to 11 (docs/shops.md has the sources).

`client` asks, signed with `keys`; `products` and `orders` read the answers, with `fields`.
"""
