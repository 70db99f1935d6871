"""The demo: the whole job as a story, told with the real program against both servers.

May import everything below it, the sandbox's `server` before all. No server belongs here, and nothing that a
test of the sandbox would need.
"""
