"""A power cut at every instant: what is written is recorded, each disk that may be left is started from."""
