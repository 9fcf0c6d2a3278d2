"""Engines that turn speech into text, one module each, and what they share."""
