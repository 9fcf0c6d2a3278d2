"""Engines that turn text into speech, one module each, and what they share."""
