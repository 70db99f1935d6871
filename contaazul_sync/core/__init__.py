"""What is decided, and the words for it: values, money, drafts and plans, as pure functions.

Imports nothing of this program but itself. No I/O and no clock ever belong here: the time, the settings and
all that was read are arguments.
"""
