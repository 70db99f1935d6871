"""The status as one page for a browser.

May import the views beside it. Jinja is loaded here alone; nothing here writes a file or reads the state.
"""
