"""Figures and tables about cases."""
