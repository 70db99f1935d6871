"""The state file: what was seen, chosen, sent and refused. Each room has the SQL of what it keeps.

May import core and home. The only wing with SQL; deciding anything, or asking a server, never belongs here.
"""
