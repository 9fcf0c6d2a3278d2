"""Writes models in the ONNX exchange format: the few kinds of record that a graph needs.

The format is Protocol Buffers, and its numbers of fields are fixed by onnx.proto3. Writing them here
spares a binary file in the source tree and a build tool that would be needed once.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence

FLOAT, INT32 = 1, 6
_EXTERNAL = 1
_ATTRIBUTE_FLOAT, _ATTRIBUTE_INT = 1, 2


def varint(number: int) -> bytes:
    """An unsigned number in groups of seven bits, the lowest first."""
    groups = bytearray()
    while number > 0x7F:
        groups.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*groups, number])


def number(field: int, value: int) -> bytes:
    """A field with a whole number; a negative one is written as 64 bits."""
    return varint(field << 3) + varint(value & 0xFFFF_FFFF_FFFF_FFFF)


def record(field: int, content: bytes | str) -> bytes:
    """A field with text or another record."""
    data = content.encode() if isinstance(content, str) else content
    return varint(field << 3 | 2) + varint(len(data)) + data


def node(
    operator: str,
    inputs: Sequence[str],
    output: str,
    *,
    domain: str = "",
    **attributes: float,
) -> bytes:
    """One step of the graph: a NodeProto. Whole numbers become int attributes, others floats."""
    return b"".join(
        [
            *(record(1, name) for name in inputs),
            record(2, output),
            record(4, operator),
            *(record(5, _attribute(name, value)) for name, value in attributes.items()),
            record(7, domain),
        ]
    )


def _attribute(name: str, value: float) -> bytes:
    if isinstance(value, int):
        return record(1, name) + number(3, value) + number(20, _ATTRIBUTE_INT)
    real = varint(2 << 3 | 5) + struct.pack("<f", value)
    return record(1, name) + real + number(20, _ATTRIBUTE_FLOAT)


def external(name: str, shape: Sequence[int]) -> bytes:
    """A float tensor whose content is handed over when the model is opened: a TensorProto."""
    place = record(1, "location") + record(2, "given-at-load")
    dimensions = b"".join(number(1, size) for size in shape)
    return b"".join(
        [dimensions, number(2, FLOAT), record(8, name), record(13, place), number(14, _EXTERNAL)]
    )


def port(name: str, kind: int, shape: Sequence[str | int]) -> bytes:
    """An input or output of the graph: a ValueInfoProto. Text names a size that varies."""
    sizes = b"".join(
        record(1, number(1, size) if isinstance(size, int) else record(2, size)) for size in shape
    )
    return record(1, name) + record(2, record(1, number(1, kind) + record(2, sizes)))


def model(
    nodes: Sequence[bytes],
    *,
    inputs: Sequence[bytes],
    outputs: Sequence[bytes],
    tensors: Sequence[bytes],
    operators: Mapping[str, int],
) -> bytes:
    """A whole file: a ModelProto.

    Args:
        nodes: the steps, in an order in which they can be taken.
        inputs: what is given for every run.
        outputs: what comes back.
        tensors: the constant ones.
        operators: domain of operators -> its version.
    """
    graph = b"".join(
        [
            *(record(1, one) for one in nodes),
            record(2, "bureau"),
            *(record(5, one) for one in tensors),
            *(record(11, one) for one in inputs),
            *(record(12, one) for one in outputs),
        ]
    )
    versions = [
        record(8, record(1, domain) + number(2, version)) for domain, version in operators.items()
    ]
    return b"".join([number(1, 8), *versions, record(7, graph)])
