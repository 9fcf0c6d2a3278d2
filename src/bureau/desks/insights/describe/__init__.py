"""Describing: charts in words, and the check that the words keep to the chart's numbers.

- `prose`: the built-in describer, reached as `AlgorithmSpec.describe`
- `numbers.check_numbers`: the numbers of a text that its chart does not support
- `prompt.build_prompt`: the messages for a language model
"""
