"""The shop's book as spreadsheet files, in three dialects of panels of no real shop; its gateway's statement.

May import the shop, and `woo` for what its exporter writes. How such a file is read never belongs here.
"""
