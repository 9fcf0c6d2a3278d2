"""Backups: the database, the files and what proves that both came back whole."""
