"""The real program in a simulated world: virtual time, one seed for one history; and every power cut.

For development only.
"""
