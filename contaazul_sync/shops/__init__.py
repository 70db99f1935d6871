"""The shops that this tool can read: one port, and behind it one module for each way of asking.

port          what a pass asks of a shop, and what a kind of shop cannot do
merchant      Webstore's merchant API, as a profile (profile) says
storefront    Webstore's public storefront: products only
woocommerce   WooCommerce REST v3
joined        the products of one and the orders of another, and what is missing where there is no other
"""
