"""The commands: each reads the settings, calls one function and prints one thing.

May import everything. What a command does belongs below; here is how it is asked for and what is printed.
"""
