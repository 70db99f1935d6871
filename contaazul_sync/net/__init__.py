"""HTTP in one place: pace, repeats, and what an answer means.

May import core and home. What a particular server's JSON means belongs to `erp` or `shops`.
"""
