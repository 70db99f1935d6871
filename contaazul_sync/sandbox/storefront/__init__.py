"""The shop as Webstore's storefront shows it to visitors: the home page, the sitemap and the public API.

May import `shop` and `common`. It only shows the shop; another face's words never belong here.
"""
