"""A filed case: its state, history, files and the people in it."""
