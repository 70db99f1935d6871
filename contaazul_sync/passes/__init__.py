"""One pass: gather, decide, apply, and keep what came of it; and the passes that a person asks for.

May import erp, shops, state and what is below. Deciding is core's: here is what reads, sends and keeps.
Nothing here prints, or reads settings.
"""
