"""What Prometheus reads at `/metrics`: counted by every process in Redis, measured when it asks."""
