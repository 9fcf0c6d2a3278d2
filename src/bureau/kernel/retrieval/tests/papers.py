"""Documents that tests make: small, real files of each format."""

from __future__ import annotations

import zipfile
from io import BytesIO

from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

NAMESPACE = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def pdf(*pages: str, encrypt: str | None = None) -> bytes:
    """A PDF with these texts, a page each."""
    out = BytesIO()
    canvas = Canvas(out, pagesize=A4, encrypt=encrypt)
    for text in pages:
        lines = canvas.beginText(60, 780)
        for line in text.split("\n"):
            lines.textLine(line)
        canvas.drawText(lines)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def scanned_pdf(*pages: str) -> bytes:
    """The same, as pictures only."""
    import pypdfium2

    source = pypdfium2.PdfDocument(pdf(*pages))
    images = [page.render(scale=200 / 72).to_pil().convert("L") for page in source]
    out = BytesIO()
    images[0].save(out, "PDF", resolution=200, save_all=True, append_images=images[1:])
    return out.getvalue()


def docx(*paragraphs: tuple[str, str], prologue: str = "", body: str = "") -> bytes:
    """A Word document of (style, text) paragraphs; `prologue` and `body` go in as they are."""
    parts = "".join(
        f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>'
        for style, text in paragraphs
    )
    main = (
        f'<?xml version="1.0"?>{prologue}<w:document xmlns:w="{NAMESPACE}">'
        f"<w:body>{parts}{body}</w:body></w:document>"
    )
    styles = (
        f'<?xml version="1.0"?><w:styles xmlns:w="{NAMESPACE}"><w:style w:styleId="berschrift1">'
        '<w:name w:val="heading 1"/></w:style></w:styles>'
    )
    return archive({"word/document.xml": main.encode(), "word/styles.xml": styles.encode()})


def archive(members: dict[str, bytes]) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in members.items():
            made.writestr(name, content)
    return out.getvalue()
