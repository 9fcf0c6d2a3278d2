"""The servers and processes of one installation: PostgreSQL, Valkey, web and workers.

This room imports nothing else of Bureau and never Django, so that the process that watches over
the others stays small and keeps working when the application does not.
"""
