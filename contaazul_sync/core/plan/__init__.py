"""What to send, what to leave, and why: pure functions over what was gathered (`facts`).

May import the core beside it, never what reads, sends or keeps. Everything that a decision looks at is an
argument; what is decided is an action with its reason (`actions`).
"""
