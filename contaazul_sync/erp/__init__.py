"""Conta Azul: its requests and answers, its sign-in. The ERP's Portuguese lives here.

May import net, home and core. What to send, and when, is decided elsewhere; nothing here knows the state.
"""
