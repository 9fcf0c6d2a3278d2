"""A ticket by itself: its clock, its workflow, and who is behind it."""
