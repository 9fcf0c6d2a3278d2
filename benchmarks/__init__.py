"""Races: what Bureau's promises about speed come to on the machine at hand.

`python -m benchmarks [NAME ...]` runs them and prints a table each. They report and never fail on
a slow machine; what must hold everywhere is asserted by the tests.
"""
