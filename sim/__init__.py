"""The real program in a simulated world: virtual time, one seed for one history. For development only."""
