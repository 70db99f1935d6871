"""`auth`: asks for what is missing, signs in at the ERP, proves it, and can undo it.

May import wiring and what is below. The only place that reads an answer from stdin.
"""
