"""The shop: its products and orders, what merchant and customers do to them, and its merchant API.

May import `common`. How another face (the storefront, WooCommerce) words it never belongs here.
"""
