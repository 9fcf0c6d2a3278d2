"""RapidOCR: the models of PP-OCR on onnxruntime, engine and weights in one package."""

from __future__ import annotations

import os
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from bureau.kernel.retrieval.parsing import limits
from bureau.kernel.retrieval.parsing.ocr.reading import OcrFailed, Reading

if TYPE_CHECKING:
    from PIL.Image import Image

NAME = "RapidOCR (Latin and Chinese letters)"
# lines that vote on whether a page stands on its head
_VOTERS = 7


@lru_cache(maxsize=1)
def _engine() -> Any:
    # before numpy and onnxruntime are loaded: threads cost memory, which is limited
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        os.environ.setdefault(name, "1")
    from rapidocr import RapidOCR

    return RapidOCR(
        params={
            "Global.log_level": "critical",
            "Global.max_side_len": limits.RAPID_SIDE,
            "EngineConfig.onnxruntime.intra_op_num_threads": 1,
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
            "EngineConfig.onnxruntime.enable_cpu_mem_arena": False,
            "Rec.rec_batch_num": 1,
        }
    )


def read(image: Image) -> Reading:
    """The text, upright.

    Raises:
        OcrFailed: the engine failed.
    """
    try:
        return _read(image)
    except MemoryError:
        raise
    except Exception:
        # the engine wraps whatever its runtime raises in an exception of its own
        raise OcrFailed("the engine that reads pictures failed") from None


def _read(image: Image) -> Reading:
    import numpy as np

    turned = 0
    pixels = np.asarray(image.convert("RGB"))
    found = _read_whole(pixels)
    if found.boxes is not None and _lies(found.boxes):
        turned, pixels = 90, np.ascontiguousarray(np.rot90(pixels, -1))
        found = _read_whole(pixels)
    if found.boxes is not None and _stands_on_its_head(pixels, found.boxes):
        turned, pixels = turned + 180, np.ascontiguousarray(np.rot90(pixels, 2))
        found = _read_whole(pixels)
    if found.boxes is None:
        return Reading("", 0.0, NAME, turned)
    lengths = [len(text) for text in found.txts]
    sure = sum(s * n for s, n in zip(found.scores, lengths, strict=True)) / max(sum(lengths), 1)
    return Reading(_text(found.boxes, found.txts), float(sure), NAME, turned)


def _read_whole(pixels: Any) -> Any:
    # every step is named: the engine keeps what it was told last
    return _engine()(pixels, use_det=True, use_cls=True, use_rec=True)


def _size(box: Any) -> tuple[float, float]:
    """Width and height of a quadrangle that is nearly upright."""
    return float(box[:, 0].max() - box[:, 0].min()), float(box[:, 1].max() - box[:, 1].min())


def _lies(boxes: Any) -> bool:
    """Whether most lines run from top to bottom."""
    upright = sum(max(width, height) for width, height in map(_size, boxes) if width > height)
    lying = sum(max(width, height) for width, height in map(_size, boxes) if width < height)
    return lying > 2 * upright


def _stands_on_its_head(pixels: Any, boxes: Any) -> bool:
    longest = sorted(boxes, key=lambda box: -_size(box)[0])[:_VOTERS]
    votes = [_is_turned(pixels, box) for box in longest]
    return sum(votes) > len(votes) / 2


def _is_turned(pixels: Any, box: Any) -> bool:
    left, top = (max(int(value), 0) for value in box.min(axis=0))
    right, bottom = (int(value) + 1 for value in box.max(axis=0))
    line = pixels[top:bottom, left:right]
    told = _engine()(line, use_det=False, use_cls=True, use_rec=False).cls_res
    return bool(told) and told[0][0] == "180"


def _text(boxes: Any, texts: Any) -> str:
    """Boxes put into lines by their height on the page; wide gaps within a line stay visible."""
    lines: list[list[tuple[Any, str]]] = []
    for box, text in sorted(zip(boxes, texts, strict=True), key=lambda one: one[0][:, 1].mean()):
        if lines and _same_line(lines[-1][-1][0], box):
            lines[-1].append((box, text))
        else:
            lines.append([(box, text)])
    return "\n".join(_line(line) for line in lines)


def _same_line(one: Any, other: Any) -> bool:
    apart = abs(float(one[:, 1].mean() - other[:, 1].mean()))
    return apart < 0.5 * min(_size(one)[1], _size(other)[1])


def _line(boxes: list[tuple[Any, str]]) -> str:
    ordered = sorted(boxes, key=lambda one: one[0][:, 0].min())
    text = ordered[0][1]
    for (before, _), (box, more) in pairwise(ordered):
        gap = float(box[:, 0].min() - before[:, 0].max())
        text += (" | " if gap > 2 * _size(box)[1] else " ") + more
    return text
