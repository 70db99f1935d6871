"""Tests of what could happen to the program."""
