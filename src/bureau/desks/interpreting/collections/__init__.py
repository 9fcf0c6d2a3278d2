"""Collections of reference texts: knowledge bases that are shared, contexts of one patient each."""
