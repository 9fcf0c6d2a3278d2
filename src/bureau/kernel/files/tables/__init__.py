"""Text tables from other systems: in which encoding they are written, and how sure that is."""
