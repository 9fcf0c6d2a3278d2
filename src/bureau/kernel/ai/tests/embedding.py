"""What every `Embedder` promises, whoever is behind it. Subclasses give the fixture `embedder`."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np

from bureau.kernel.ai.ports import Embedder
from bureau.kernel.ai.testing import counted

TEXTS = [
    "The clinic opens at eight.",
    "Water pipes burst in our street.",
    "",
    "x " * 3000,
    "Eight.",
]
# what broke an engine, a database or a parser somewhere before
STRANGE = ["\ufdfa" * 5000, "\x00", "a" * 100_000, "🩺" * 400, "\ud800", " \n\t", "\ufdfa" * 500]


class EmbedderConformance:
    def test_vectors_have_the_shape_and_the_length_that_are_promised(
        self, embedder: Embedder
    ) -> None:
        vectors = embedder.embed_passages(TEXTS)
        assert vectors.shape == (len(TEXTS), embedder.dimension)
        assert vectors.dtype == np.float32
        assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-4)
        assert embedder.embed_passages([]).shape == (0, embedder.dimension)
        query = embedder.embed_query("When does the clinic open?")
        assert query.shape == (embedder.dimension,)
        assert query.dtype == np.float32
        assert embedder.provider and embedder.model

    def test_a_vector_depends_on_its_text_alone(self, embedder: Embedder) -> None:
        together = embedder.embed_passages(TEXTS)
        for place in (4, 0, 3):
            alone = embedder.embed_passages([TEXTS[place]])[0]
            assert together[place] @ alone > 0.9999
        assert together[0] @ together[1] < 0.999

    def test_strange_texts_are_harmless(self, embedder: Embedder) -> None:
        vectors = embedder.embed_passages(STRANGE)
        assert np.isfinite(vectors).all()
        for text in STRANGE:
            assert np.isfinite(embedder.embed_query(text)).all()

    def test_threads_share_one_embedder(self, embedder: Embedder) -> None:
        first = embedder.embed_query(TEXTS[0])
        with ThreadPoolExecutor(3) as pool:
            found = list(pool.map(embedder.embed_query, [TEXTS[0]] * 6))
        assert all(one @ first > 0.9999 for one in found)

    def test_what_is_embedded_is_counted(self, embedder: Embedder) -> None:
        with counted() as counts:
            embedder.embed_passages(TEXTS[:2])
            embedder.embed_query(TEXTS[0])
        assert counts == {"passages": 2, "queries": 1}
        embedder.embed_query(TEXTS[0])
        assert counts["queries"] == 1
