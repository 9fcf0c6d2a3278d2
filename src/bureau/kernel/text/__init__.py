"""Words of every script: one spelling, one way to cut them, one way to stem them. Pure functions.

The search index, questions, the evidence for an answer and quotes all use these, so that what one
of them takes for a word is a word to the others, whatever the database's locale is.
"""
