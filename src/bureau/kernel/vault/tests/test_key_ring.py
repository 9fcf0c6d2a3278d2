from __future__ import annotations

import base64
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st

from bureau.kernel.vault.keyring import (
    KeyRing,
    KeyRingUnusable,
    SealedValueUnreadable,
    add_key,
    load_ring,
    parse_ring,
)

RING = KeyRing(keys={1: b"1" * 32}, current=1)
ROTATED = KeyRing(keys={1: b"1" * 32, 2: b"2" * 32}, current=2)
texts = st.text(st.characters(exclude_categories=["Cs"]), min_size=1)
contexts = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=60)


def line(version: int, key: bytes = b"k" * 32) -> str:
    return f"v{version}:{base64.b64encode(key).decode()}"


@given(texts, contexts)
def test_what_was_sealed_opens_in_its_place(plain: str, context: str) -> None:
    sealed = ROTATED.seal(plain, context)
    assert sealed.startswith("r2:")
    assert ROTATED.open(sealed, context) == plain


@given(texts, contexts, contexts)
def test_a_value_moved_elsewhere_does_not_open(plain: str, here: str, there: str) -> None:
    sealed = RING.seal(plain, here)
    if here == there:
        assert RING.open(sealed, there) == plain
        return
    with pytest.raises(SealedValueUnreadable):
        RING.open(sealed, there)


@given(texts, st.data())
def test_one_flipped_bit_is_noticed(plain: str, data: st.DataObject) -> None:
    raw = bytearray(base64.b64decode(RING.seal(plain, "t.c").removeprefix("r1:")))
    place = data.draw(st.integers(0, len(raw) * 8 - 1))
    raw[place // 8] ^= 1 << place % 8
    with pytest.raises(SealedValueUnreadable):
        RING.open(f"r1:{base64.b64encode(raw).decode()}", "t.c")


@given(st.text())
def test_text_that_was_never_sealed_does_not_open(text: str) -> None:
    with pytest.raises(SealedValueUnreadable):
        RING.open(text, "t.c")


def test_equal_texts_are_sealed_differently() -> None:
    assert RING.seal("same", "t.c") != RING.seal("same", "t.c")


def test_the_last_line_seals_and_the_earlier_ones_still_open() -> None:
    old = RING.seal("kept", "t.c")
    assert ROTATED.open(old, "t.c") == "kept"
    with pytest.raises(SealedValueUnreadable, match="no key"):
        RING.open(ROTATED.seal("new", "t.c"), "t.c")


def test_derived_keys_survive_rotation_and_differ_by_purpose() -> None:
    assert ROTATED.derive("phones") == RING.derive("phones")
    assert RING.derive("phones") != RING.derive("names")


def test_a_root_keeps_the_derived_keys_when_the_first_key_goes() -> None:
    kept = KeyRing(keys={2: b"2" * 32}, current=2, root=b"1" * 32)
    assert kept.derive("phones") == RING.derive("phones")
    assert kept.derive("phones") != KeyRing(keys={2: b"2" * 32}, current=2).derive("phones")


def test_what_the_first_release_sealed_opens_only_where_a_migration_asks() -> None:
    nonce = b"n" * 12
    raw = nonce + AESGCM(b"1" * 32).encrypt(nonce, b"kept", b"t.c")
    old = f"v1:{base64.b64encode(raw).decode()}"
    assert RING.open_bound_to_column(old, "t.c") == "kept"
    with pytest.raises(SealedValueUnreadable):
        RING.open(old, "t.c")


def test_a_new_key_is_added_to_the_file_and_seals_from_then_on(tmp_path: Path) -> None:
    path = tmp_path / "ring"
    path.write_text(line(1), encoding="ascii")
    before = load_ring(path)
    assert add_key(path) == 2
    after = load_ring(path)
    assert after.current == 2
    assert after.open(before.seal("kept", "t.c"), "t.c") == "kept"
    assert after.derive("phones") == before.derive("phones")
    assert path.stat().st_mode & 0o077 == 0
    assert add_key(path) == 3
    assert path.read_text(encoding="ascii").count("root:") == 1


def test_a_ring_shows_no_key_when_printed() -> None:
    assert "1111" not in repr(RING)


def test_blank_lines_and_comments_are_skipped() -> None:
    ring = parse_ring(f"# made in May\n\n{line(1)}\n{line(3)}\n")
    assert sorted(ring.keys) == [1, 3]
    assert ring.current == 3


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "empty"),
        ("# only a comment", "empty"),
        ("secret", "Line 1 of the key ring is malformed"),
        ("v0:AAAA", "malformed"),
        (f"{line(1)}\nv2:####", "Line 2 of the key ring is not base64"),
        ("v1:AAAA", "holds 3 bytes; 32 are needed"),
        (f"{line(2)}\n{line(1)}", "versions must rise"),
        (f"{line(1)}\n{line(1)}", "versions must rise"),
    ],
)
def test_a_bad_ring_is_refused_with_its_line(text: str, sentence: str) -> None:
    with pytest.raises(KeyRingUnusable, match=sentence) as refusal:
        parse_ring(text)
    assert "####" not in str(refusal.value)


def test_a_missing_file_is_named_together_with_its_variable(tmp_path: Path) -> None:
    with pytest.raises(KeyRingUnusable, match="BUREAU_FIELD_KEYS_FILE") as refusal:
        load_ring(tmp_path / "absent")
    assert "absent" in str(refusal.value)
