"""What a translation must keep: numbers, doses, units, dates, negations, drug names. Pure."""
