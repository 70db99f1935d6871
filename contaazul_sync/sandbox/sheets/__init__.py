"""The shop's book as spreadsheet files, as panels write them: in three dialects, of no real shop.

May import the shop, and `woo` for what its exporter writes. How such a file is read never belongs here.
"""
