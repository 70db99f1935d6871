"""The shop as a WooCommerce site shows it: products, variations and orders of `/wp-json/wc/v3`.

May import `shop` and `common`. It only shows the shop; another face's words never belong here.
"""
