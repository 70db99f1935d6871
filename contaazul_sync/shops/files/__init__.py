"""A shop that is read from files which its panel wrote: the inbox, and what a mapping makes of the rows.

May import tables beside what shops may. Nothing here knows a panel: a mapping says which column is what.
"""
