"""What one document may cost. A document over a limit fails with a sentence; the worker lives."""

from __future__ import annotations

MAX_PAGES = 5_000
# about 2,500 printed pages
MAX_CHARACTERS = 5_000_000
# a Word document's main part, unpacked
MAX_XML_BYTES = 64 * 1024**2
# pixels a page is drawn with for reading scans: A4 at 300 dpi has 8.7 million
MAX_PIXELS = 12_000_000
SCAN_DPI = 200
# fewer characters than this on a page: it is looked at as a picture
SPARSE_PAGE = 20
# seconds without any page before the child is ended, and for reading one picture
STALL_SECONDS = 300
OCR_SECONDS = 90
# longer side in pixels of what RapidOCR looks at: more needs more memory than the child has
RAPID_SIDE = 1_600
# processor seconds and memory of the child that reads
CPU_SECONDS = 1_400
MEMORY_BYTES = 2 * 1024**3
