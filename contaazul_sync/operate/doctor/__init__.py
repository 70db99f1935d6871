"""`doctor`: looks at everything that a run needs, and says what to do about it.

May import what is below and the sign-in beside it. Nothing here writes to the ERP or to the shop.
"""
