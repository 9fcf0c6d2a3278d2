"""Inputs as ordinary people bring them, made by the tests, and what must be read of each."""
