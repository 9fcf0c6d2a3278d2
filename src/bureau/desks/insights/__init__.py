"""The insights desk: patent tables come in, charts and their descriptions go out."""
