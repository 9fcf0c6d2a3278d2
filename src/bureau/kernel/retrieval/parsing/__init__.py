"""Reading documents: bytes in, text by page with its headings out. Nothing here needs Django."""
