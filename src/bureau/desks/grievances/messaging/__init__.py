"""What the desk tells people, and in whose words for dates."""
