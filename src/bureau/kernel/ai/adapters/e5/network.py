"""The network of the model as an ONNX graph without weights, and the weights that go into it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from bureau.kernel.ai.adapters.e5 import onnx_file

if TYPE_CHECKING:
    from bureau.kernel.ai.adapters.e5.weights import Floats, Shape, Weights

# operators of onnxruntime itself: each does in one pass what takes several of ONNX
OURS = "com.microsoft"
OPERATORS = {"": 17, OURS: 1}


def tensors(weights: Weights) -> dict[str, Floats]:
    """Name in the graph -> weights, matrices turned so that inputs stand in rows."""
    found = {
        "norm.w": weights.tensor("emb.ln.w"),
        "norm.b": weights.tensor("emb.ln.b"),
    }
    for layer in range(weights.shape.layers):
        found |= {f"{layer}.{name}": one for name, one in _layer(weights, layer).items()}
    return {name: np.ascontiguousarray(one) for name, one in found.items()}


def _layer(weights: Weights, layer: int) -> dict[str, Floats]:
    width = weights.shape.width

    def matrix(name: str, inputs: int) -> Floats:
        return weights.tensor(f"l{layer}.{name}.w").reshape(-1, inputs).T

    def row(name: str) -> Floats:
        return weights.tensor(f"l{layer}.{name}")

    return {
        "look.w": np.concatenate([matrix(name, width) for name in "qkv"], axis=1),
        "look.b": np.concatenate([row(f"{name}.b") for name in "qkv"]),
        "mix.w": matrix("ao", width),
        "mix.b": row("ao.b"),
        "mixed.w": row("aln.w"),
        "mixed.b": row("aln.b"),
        "wide.w": matrix("fi", width),
        "wide.b": row("fi.b"),
        "narrow.w": matrix("fo", weights.shape.inner),
        "narrow.b": row("fo.b"),
        "done.w": row("oln.w"),
        "done.b": row("oln.b"),
    }


def graph(shape: Shape, given: dict[str, Floats]) -> bytes:
    """The model file: `embedded` (texts, tokens, width) and `mask` (texts, tokens) -> `hidden`."""
    first = ["embedded", "norm.w", "norm.b"]
    norm = onnx_file.node("LayerNormalization", first, "h0", axis=-1, epsilon=shape.epsilon)
    nodes = [norm]
    for layer in range(shape.layers):
        nodes += _steps(shape, layer)
    return onnx_file.model(
        nodes,
        inputs=[
            onnx_file.port("embedded", onnx_file.FLOAT, ["texts", "tokens", shape.width]),
            onnx_file.port("mask", onnx_file.INT32, ["texts", "tokens"]),
        ],
        outputs=[
            onnx_file.port(f"h{shape.layers}", onnx_file.FLOAT, ["texts", "tokens", shape.width])
        ],
        tensors=[onnx_file.external(name, one.shape) for name, one in given.items()],
        operators=OPERATORS,
    )


def _steps(shape: Shape, layer: int) -> list[bytes]:
    """One layer: attention, then a wide pass through GELU, each added to what came in."""

    def step(operator: str, inputs: str, output: str, **attributes: float) -> bytes:
        names = [name.replace("*", str(layer)) for name in inputs.split()]
        domain = "" if operator == "MatMul" else OURS
        return onnx_file.node(
            operator, names, output.replace("*", str(layer)), domain=domain, **attributes
        )

    after = f"h{layer + 1}"
    norm = {"epsilon": shape.epsilon}
    return [
        step("Attention", "h* *.look.w *.look.b mask", "a*", num_heads=shape.heads),
        step("MatMul", "a* *.mix.w", "m*"),
        step("SkipLayerNormalization", "m* h* *.mixed.w *.mixed.b *.mix.b", "n*", **norm),
        step("MatMul", "n* *.wide.w", "w*"),
        step("BiasGelu", "w* *.wide.b", "g*"),
        step("MatMul", "g* *.narrow.w", "r*"),
        step("SkipLayerNormalization", "r* n* *.done.w *.done.b *.narrow.b", after, **norm),
    ]
