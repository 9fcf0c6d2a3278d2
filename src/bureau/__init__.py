"""Bureau: a self-hosted back office for organisations that serve people."""
