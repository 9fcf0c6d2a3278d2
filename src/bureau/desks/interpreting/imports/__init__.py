"""Importing data sets of South African languages into knowledge bases."""
