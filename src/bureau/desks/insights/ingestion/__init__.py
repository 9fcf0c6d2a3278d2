"""Readers: every source ends in the same canonical tables."""
