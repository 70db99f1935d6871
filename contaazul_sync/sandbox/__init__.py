"""A stand-in for both sides of the sync: an ERP and a shop, real HTTP servers on this machine.

The ERP side follows the published contract of Conta Azul: strict where the real server is strict, silent
where it is silent. The merchant side of the shop is ASSUMED: Webstore publishes no reference of it, so the
shop speaks the default profile of this package and proves nothing about a real shop. The same shop can be
asked as Webstore's storefront, whose shapes are known, and as WooCommerce, which answers as a real one did.

What nobody has published or measured is a switch (`erp.switches`, `shop.switches`), never a fact. Nothing
here is kept: each start is a fresh, invented company and a fresh, invented shop. `server.Sandbox` is the way
in.
"""
