"""Nonsense in every place: each field of each answer of both systems, and each file of the home.

One case is one place and one piece of nonsense, by its seed; the rest of the world is sound. While the
nonsense stands, nothing that is sound may suffer from it; when it is over, nothing may be left of it.
"""
