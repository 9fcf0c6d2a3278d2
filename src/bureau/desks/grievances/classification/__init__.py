"""Saying what a complaint is about: a built-in classifier, and a language model where there is one."""
