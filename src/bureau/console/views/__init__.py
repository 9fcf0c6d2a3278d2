"""The pages, one module a desk. Each asks an access door; changes go through the API."""
