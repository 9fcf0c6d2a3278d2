"""The verbs of the desk, by noun."""
