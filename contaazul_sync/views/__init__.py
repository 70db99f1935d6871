"""What is shown: the status, a plan, a run, one item, as text, on a terminal, as JSON and as a page.

May import operate and what is below, mostly for the types of what is shown. Nothing here asks a server,
writes to the state or prints: it returns what is to be printed.
"""
