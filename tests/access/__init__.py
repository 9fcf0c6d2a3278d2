"""The access matrix: every route and socket, and what each kind of caller gets from it."""
