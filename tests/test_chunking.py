"""Chunks are exact slices of whole sentences, and nothing indexed is left out."""

import hashlib
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from texts import any_text

from retrieval.articles import Article
from retrieval.chunking import SentenceSplitter, count_tokens, encoding
from retrieval.leftovers import leftover_spans
from retrieval.sentences import sentence_spans


def article_of(text: str) -> Article:
    return Article("a.txt", "A", text, hashlib.sha256(b"").hexdigest(), tuple(leftover_spans(text)))


def test_counts_tokens_as_o200k_base_does() -> None:
    assert encoding().encode("hello world") == [24912, 2375]
    assert count_tokens("hello world") == 2


def test_a_special_token_in_a_text_is_just_text() -> None:
    text = "He wrote <|endoftext|> and left."
    assert count_tokens(text) > 7
    assert SentenceSplitter().split_text(text) == [text]


def test_neighbours_overlap_by_one_sentence() -> None:
    chunks = SentenceSplitter(chunk_size=8).split_text("One is here. Two is here. Three is here.")
    assert chunks == ["One is here. Two is here.", "Two is here. Three is here."]


def test_a_sentence_that_is_too_big_is_a_chunk_of_its_own() -> None:
    big = "word " * 30 + "end."
    assert SentenceSplitter(chunk_size=8).split_text(f"It is. W{big} So be it.") == ["It is.", "W" + big, "So be it."]


def test_documents_know_where_they_begin_and_end() -> None:
    (document,) = SentenceSplitter().create_documents(["  He left. "], [{"file": "a.txt"}])
    assert document.page_content == "He left."
    assert document.metadata == {"file": "a.txt", "start": 2, "end": 10}


def test_refuses_a_negative_overlap() -> None:
    with pytest.raises(ValueError, match="got -1"):
        SentenceSplitter(overlap_sentences=-1)


def test_the_fingerprint_tells_settings_apart() -> None:
    prints = {SentenceSplitter(chunk_size=size, overlap_sentences=n).fingerprint for size in (100, 200) for n in (0, 1)}
    assert len(prints) == 4


@given(any_text(), st.sampled_from([1, 8, 40, 200]), st.integers(0, 2))
def test_chunks_are_slices_that_cover_every_indexed_character(text: str, size: int, overlap: int) -> None:
    article = article_of(text)
    splitter = SentenceSplitter(chunk_size=size, overlap_sentences=overlap)
    chunks = splitter.split_article(article)
    assert all(text[chunk.start : chunk.end] == chunk.text for chunk in chunks)
    covered = bytearray(len(text))
    for chunk in chunks:
        covered[chunk.start : chunk.end] = b"\x01" * len(chunk.text)
    for start, end in article.indexed_spans():
        assert all(covered[i] for i in range(start, end) if not text[i].isspace())
    for start, end in article.leftovers:
        assert not any(covered[start:end])


@given(any_text(), st.sampled_from([8, 40, 200]))
def test_no_chunk_cuts_a_sentence_and_neighbours_share_one_where_it_fits(text: str, size: int) -> None:
    spans = SentenceSplitter(chunk_size=size).split_spans(text)
    sentences = sentence_spans(text)
    tokens = {sentence: count_tokens(text[slice(*sentence)]) for sentence in sentences}
    inside = [[s for s in sentences if start <= s[0] and s[1] <= end] for start, end in spans]
    for (start, end), held in zip(spans, inside, strict=True):
        assert (held[0][0], held[-1][1]) == (start, end)
        assert len(held) == 1 or sum(tokens[s] for s in held) <= size
    for held, following in pairwise(inside):
        following_new = sentences[sentences.index(held[-1]) + 1]
        shares = held[-1] == following[0]
        fits = len(held) > 1 and tokens[held[-1]] + tokens[following_new] <= size
        assert shares == fits
