"""All that may happen in a world.

Each event says in a sentence what happened, or nothing where nothing could.
"""

from sim.events import accountant, cron, customers, merchant, operator, weather

ROOMS = (accountant, cron, customers, merchant, operator, weather)  # each puts its events into `drawn`
