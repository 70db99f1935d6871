"""The installation's own files and machine: settings, secrets, profiles, locks, the log, the clock.

May import core. Nothing that knows the shop, the ERP or the state file belongs here.
"""
