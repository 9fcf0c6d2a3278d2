"""What a complainant's file is, and how it is made fit to keep."""
