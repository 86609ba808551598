"""Sentences of news prose, and what holds of their spans for any text."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from texts import any_text

from retrieval.sentences import LONGEST_SENTENCE, sentence_spans


def sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in sentence_spans(text)]


@pytest.mark.parametrize(
    "expected",
    [
        ["He met U.S. envoys in the U.S.", "The U.S. said no.", "He left."],
        ["J. B. Smith and Dr. Who met at 5 a.m. in St. Petersburg on Jan. 5.", "They talked."],
        ["No. 5 vs. No. 6 ended 3.14 to 1.", "Gen. Lee left."],
        ["Atty. Gen. Garland and Adm. Kirby spoke.", "Sen. Smith did not."],
        ["It was 5 p.m. Moscow time.", "At 6 p.m. local time it ended."],
        ["He arrived Monday at 5 p.m.", "The talks began."],
        ["Prices rose 3.5 percent...", "Then they fell."],
        ["He said “I will go. You stay.”", "Then he left."],
        ["«Мы идём. Всё хорошо», сказал он.", "Потом ушёл."],
        ["“new era”indicated diplomatic adviser Yuri Ushakov.", "He left."],
        ["As reported by OBOZ.UA, it is so.", "See Node.js and www.Site.Com now."],
        ["She laughed.", '"Why?" he asked.', '"No!"', "She left."],
        ["Apple Inc. said no.", "Mr. J.B. Fletcher said yes."],
        ["Am 5. Mai ging er.", "¿Qué dijo?", "¡Nada!"],
        ["გამარჯობა.", "ეს არის.", "კარგი."],
        ["यह एक है।", "यह दो है।"],
        ["هل هذا صحيح؟", "نعم."],
    ],
)
def test_ends_sentences_where_a_reader_does(expected: list[str]) -> None:
    assert sentences(" ".join(expected)) == expected


@pytest.mark.parametrize(
    "expected",
    [
        ["He left.", "She came."],
        ["It was in 2019.", "He went."],
        ["“He is gone.”", "The army said so."],
        ["said the adviser”.", "Then more."],
        ["She left.", '"He is gone."', "She said so."],
        ["这是第一句。", "这是第二句！", "“我来。他走。”", "他说。"],
    ],
)
def test_ends_sentences_where_the_space_is_lost(expected: list[str]) -> None:
    expected_text = "".join(expected) + (" " if expected[-1][-1] == "." else "")
    assert sentences(expected_text.replace("so.", "so today.")) == [
        line.replace("so.", "so today.") for line in expected
    ]


def test_a_quotation_without_its_spaces_stays_whole() -> None:
    assert sentences("“I left.She came.” Yes.") == ["“I left.She came.”", "Yes."]


def test_no_sentence_crosses_a_line() -> None:
    assert sentences("A title\r\nHe left\u2028and came") == ["A title", "He left", "and came"]


def test_a_long_quotation_is_cut_at_the_end_of_a_sentence() -> None:
    parts = sentences("“" + "He left the room quietly. " * 200 + "”")
    assert max(map(len, parts)) <= LONGEST_SENTENCE
    assert all(part.endswith((".", "”")) for part in parts)


def test_spans_are_offsets_into_the_whole_text() -> None:
    assert sentence_spans("He left. She came. They ate.", start=9, end=18) == [(9, 18)]


@given(any_text())
def test_spans_are_in_order_disjoint_stripped_and_cover_every_character(text: str) -> None:
    position = 0
    for start, end in sentence_spans(text):
        assert not text[position:start].strip()
        assert position <= start < end
        assert end - start <= LONGEST_SENTENCE
        assert text[start:end] == text[start:end].strip()
        position = end
    assert not text[position:].strip()


@given(any_text(), st.data())
def test_a_part_of_a_text_is_read_like_any_text(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    inside = [text[slice(*span)] for span in sentence_spans(text, start=start, end=end)]
    assert "".join("".join(inside).split()) == "".join(text[start:end].split())


@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    "piece",
    ["x", "word ", "\n", '"', "“", "(", ".", ". ", "Mr. ", "\ud800", "“He left. ", '" ', "left.She", "[1] ", " "],
)
def test_a_megabyte_takes_no_more_than_seconds(piece: str) -> None:
    text = piece * (1_000_000 // len(piece))
    started = time.process_time()
    sentence_spans(text)
    assert time.process_time() - started < 4  # about 0.3 on a quiet machine
