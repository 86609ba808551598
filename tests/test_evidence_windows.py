"""Every token of every sentence is read by the evidence model, whatever the passage's length."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer

from retrieval.encoder import verified
from retrieval.evidence.windows import CLS, MOST_QUESTION_TOKENS, SEP, WINDOW_TOKENS, Row, encode, padded, windows
from retrieval.sentences import sentence_spans

TOKENIZER = Tokenizer.from_buffer(verified("tokenizer.json"))
TOKENIZER.no_padding()
TOKENIZER.no_truncation()
SENTENCE = st.lists(
    st.sampled_from(["dam", "road", "Friday", "400", "of", "the", "rain", "Zürich", "—", "“quiet”"]),
    min_size=1,
    max_size=90,
)


def rows(question: str, text: str, title: str = "") -> list[Row]:
    spans = sentence_spans(text)
    return windows(encode(TOKENIZER, question)[0], encode(TOKENIZER, title)[0], encode(TOKENIZER, text), spans)


@given(st.lists(SENTENCE, min_size=1, max_size=30))
def test_no_token_is_left_out(sentences: list[list[str]]) -> None:
    text = " ".join(" ".join(words).capitalize() + "." for words in sentences)
    made = rows("Was the road closed?", text)
    assert {span for row in made for span in row.offsets} == set(encode(TOKENIZER, text)[1])
    for row in made:
        assert len(row.offsets) == len(row.sentence_of) <= WINDOW_TOKENS
        spans = sentence_spans(text)
        for offset, sentence in zip(row.offsets, row.sentence_of, strict=True):
            start, end = spans[sentence]
            assert start <= offset[0] < end


def test_a_row_is_question_title_and_sentences() -> None:
    (row,) = rows("Why?", "It rained. The dam held.", title="Weather")
    assert row.ids[0] == CLS
    assert row.ids.count(SEP) == 3
    assert row.ids[-1] == SEP
    assert TOKENIZER.decode(row.ids[row.first : -1]) == "it rained. the dam held."
    assert row.sentence_of == [0, 0, 0, 1, 1, 1, 1]


def test_neighbouring_windows_share_a_sentence() -> None:
    text = " ".join(f"Number {n} of the long list of rainy days came." for n in range(60))
    made = rows("Which?", text)
    assert len(made) > 2
    for one, other in pairwise(made):
        assert set(one.sentence_of) & set(other.sentence_of)


def test_a_question_leaves_room_for_the_passage() -> None:
    (row,) = rows("why " * 5000, "It rained.")
    assert row.first == MOST_QUESTION_TOKENS + 2


def test_a_text_without_sentences_has_no_rows() -> None:
    assert rows("Why?", "") == []


def test_offsets_hold_where_a_text_is_no_valid_unicode() -> None:
    text = "a\ud800b rain"
    assert [text[start:end] for start, end in encode(TOKENIZER, text)[1]][-1] == "rain"


def test_padding_is_masked() -> None:
    short, long = rows("Why?", "It rained.")[0], rows("Why?", "It rained all night and all day.")[0]
    ids, mask, segments = padded([short, long])
    assert ids.shape == mask.shape == segments.shape == (2, len(long.ids))
    assert mask.sum(1).tolist() == [len(short.ids), len(long.ids)]
    assert segments.sum(1).tolist() == [len(short.ids) - short.first, len(long.ids) - long.first]
