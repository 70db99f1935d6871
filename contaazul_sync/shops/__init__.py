"""The shop through one port, with a module for each kind of shop. A shop's own words live here.

May import net, home and core. Shops are only read; nothing here knows the ERP or the state.
"""
