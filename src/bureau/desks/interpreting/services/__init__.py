"""The desk's verbs, a module for each noun."""
