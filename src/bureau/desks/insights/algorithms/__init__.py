"""Chart algorithms, one a file; a module without a leading underscore offers its `SPEC`."""
