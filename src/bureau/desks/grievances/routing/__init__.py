"""Which office deals with a case: places and the offices of them."""
