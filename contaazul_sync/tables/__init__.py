"""Spreadsheet files, read as a mapping says: what a file is like, its rows, and the values in its cells.

May import home and core. It knows no shop: orders, products and, some day, the statements of payment gateways
are sections of a mapping, of which only the names of the fields are known here (`fields`).
"""
