"""Word documents: what stands on the paper, in the order in which it is read."""
