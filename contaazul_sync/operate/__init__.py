"""What an operator runs beside the pass: putting the parts together, signing in, looking, being told.

May import passes and what is below. No command line and no layout of a screen belong here.
"""
