"""The bench: how close the program comes to what the ERP permits, and how it grows. `make bench`."""
