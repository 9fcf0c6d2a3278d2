"""Pages of PDFs: letters with their places, put into lines, rows and columns."""
