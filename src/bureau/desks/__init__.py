"""The five desks; none of them imports another."""
