"""What a person at a terminal is shown, as rich renderables. They are returned; the commands print them.

May import the views beside it. rich is loaded here alone, and only where a terminal is looked at.
"""
