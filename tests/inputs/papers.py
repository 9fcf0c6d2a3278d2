"""Small PDFs and pictures of pages, drawn by the tests."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from io import BytesIO
from typing import Any

import pypdfium2
from PIL import Image
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

Draw = Callable[[Any], None]


def pdf(*pages: Draw, **options: Any) -> bytes:
    """A PDF whose pages are drawn by functions of reportlab's canvas."""
    out = BytesIO()
    canvas = Canvas(out, pagesize=A4, **options)
    for draw in pages:
        draw(canvas)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def lines(*texts: str, top: int = 780, size: int = 12) -> Draw:
    """A page with these lines."""

    def draw(canvas: Any) -> None:
        canvas.setFont("Helvetica", size)
        for place, text in enumerate(texts):
            canvas.drawString(60, top - place * 1.4 * size, text)

    return draw


def picture_of(content: bytes, turned: int = 0) -> Image.Image:
    """The first page as a scanner sees it, turned against the clock."""
    image = pypdfium2.PdfDocument(content)[0].render(scale=200 / 72).to_pil().convert("L")
    return image.rotate(turned, expand=True)


def scan(image: Image.Image, over: Sequence[Draw] = ()) -> Draw:
    """A page that is this picture, with what else is drawn over it."""

    def draw(canvas: Any) -> None:
        width, height = (size * 72 / 200 for size in image.size)
        canvas.setPageSize((width, height))
        canvas.drawImage(ImageReader(image), 0, 0, width, height)
        for one in over:
            one(canvas)

    return draw


def with_annotation(content: bytes, annotation: str, stream: str = "") -> bytes:
    """The PDF with one more annotation on its first page, written by hand as an update."""
    import re

    start = int(re.findall(rb"startxref\s+(\d+)", content)[-1])
    size = int(re.findall(rb"/Size (\d+)", content)[-1])
    root = re.findall(rb"/Root (\d+ 0 R)", content)[-1].decode()
    found = re.search(
        rb"(\d+) 0 obj\s*<<(?:(?!endobj).)*?/Type /Page\b(?!s).*?>>\s*endobj", content, re.S
    )
    assert found is not None
    page = re.search(rb"(\d+) 0 obj\s*(<<.*>>)\s*endobj", found.group(), re.S)
    assert page is not None
    objects = {
        int(page.group(1)): page.group(2).decode("latin-1")[:-2] + f" /Annots [{size} 0 R] >>",
        size: f"<< /Type /Annot {annotation} /AP << /N {size + 1} 0 R >> >>",
        size + 1: (
            "<< /Type /XObject /Subtype /Form /BBox [0 0 300 30] /Resources << /Font << /F "
            "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> "
            f"/Length {len(stream)} >>\nstream\n{stream}\nendstream"
        ),
    }
    body, table = b"", ""
    for number, one in objects.items():
        offset = len(content) + len(body)
        table += f"{number} 1\n{offset:010d} 00000 n \n"
        body += f"{number} 0 obj\n{one}\nendobj\n".encode("latin-1")
    end = f"xref\n{table}trailer << /Size {size + 2} /Root {root} /Prev {start} >>\nstartxref\n{len(content) + len(body)}\n%%EOF\n"
    return content + body + end.encode()
