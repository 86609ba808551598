"""Words meet across case, accents and inflection; a misspelt name finds the right one and no other."""

import sys
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from texts import any_text

from retrieval.words import fold, is_stop_word, mended, stem, terms, words

_CORPUS = """Kashin Galgamov Zelensky Ushakov Gabuev macro Iran Australia Lavrova bide beaten China Chinese Putin
    Siluanov Kuleba deliveries sanctions school sank market trumpet tramp Chong Lisnychuk Jinping Volodymyr Vladimir
    Sputnik Kyrgyzstan Uzbekistan Politico Petrov hunting"""
CORPUS = {stem(word) for word in _CORPUS.split()}

ENDINGS = ("", "s", "al", "ally", "ing", "ed", "ization", "fulness", "iveness", "ousness", "ational", "ments")


@pytest.mark.parametrize(
    "family",
    [
        "delivery deliveries delivering delivered Deliver DELIVERY’S",
        "Kashin Kashin's Kashin’s kashin KASHIN",
        "economy economic economies economics",
        "diplomacy diplomatic diplomats",
        "meet met meetings meeting",
        "sign signs signed signing",
        "supply supplies supplier suppliers",
        "U.S. US USA U.S.A. U.S",
        "defence defense",
        "organise organize organised",
        "10 10th",
        "1,500 1500",
        "Şoigu Soigu soigu",
    ],
)
def test_forms_of_a_word_have_one_stem(family: str) -> None:
    assert len({stem(word) for word in family.split()}) == 1


def test_different_words_keep_different_stems() -> None:
    different = words("surgery surge slavery Slav delivery deliberate Iran Iraq Austria Australia Russia rush us US it")
    assert len({stem(word) for word in different}) == len(different)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The U.S. told us", ["usa", "tell"]),
        ("US officials at 5 a.m.", ["usa", "offici", "5"]),
        ("the United States’ sanctions", ["usa", "sanction"]),
        ("one-on-one talks", ["one", "one", "talk"]),
        ("MiG-29 and MiG29", ["mig", "29", "mig", "29"]),
        ("3.14 of 1,500 on 12.03.2023", ["3.14", "1500", "12", "03", "2023"]),
        ("OBOZ.UA", ["oboz", "ua"]),
        ("the WHO", ["who"]),
        ("who is it", []),
        ("Ze\u0301le\u0301", ["zele"]),
    ],
)
def test_terms_of_a_text(text: str, expected: list[str]) -> None:
    assert terms(text) == expected


def test_function_words_are_no_terms_but_their_acronyms_are() -> None:
    assert [word for word in ("us", "US", "the", "Who", "WHO", "a.m.") if is_stop_word(word)] == [
        "us",
        "the",
        "Who",
        "a.m.",
    ]


@pytest.mark.parametrize(
    ("asked", "meant"),
    [
        ("Kachin", "Kashin"),
        ("Galgamof", "Galgamov"),
        ("Galagmov", "Galgamov"),
        ("Zelenskyy", "Zelensky"),
        ("Zelenskiy", "Zelensky"),
        ("Ushakow", "Ushakov"),
        ("gaboev", "Gabuev"),
        ("Siluyanov", "Siluanov"),
        ("Coleba", "Kuleba"),
        ("Volodimir", "Volodymyr"),
        ("Vladmir", "Vladimir"),
        ("Jingping", "Jinping"),
        ("sanctoins", "sanctions"),
    ],
)
def test_a_misspelt_word_is_mended(asked: str, meant: str) -> None:
    assert mended([stem(asked)], CORPUS) == {stem(asked): stem(meant)}


OTHERS = """Macron Lavrov Biden Japan Iraq Austria Trump Sunak Scholz Merkel Petrova Slovenia Tajikistan Kazakhstan
    Pakistan hunter 12345 weather Erdogan Hungary Zelda"""


@pytest.mark.parametrize("asked", OTHERS.split())
def test_another_word_or_name_is_not_mended(asked: str) -> None:
    assert mended([stem(asked)], CORPUS) == {}


def test_what_the_corpus_knows_is_left_alone() -> None:
    assert mended(["kashin", "kachin"], {"kashin", "kachin"}) == {}


def test_two_equally_near_words_are_no_evidence() -> None:
    assert mended(["galgamof"], {"galgamov", "galgamow"}) == {}


@pytest.mark.timeout(30)
def test_mending_is_fast_in_a_large_vocabulary() -> None:
    vocabulary = {f"{chr(97 + i % 26)}{i:x}word".replace("0", "o") for i in range(100_000)} | {"kashin"}
    started = time.process_time()
    assert mended(["kachin"], vocabulary) == {"kachin": "kashin"}
    assert time.process_time() - started < 1


@given(any_text())
def test_any_text_has_words_and_terms(text: str) -> None:
    assert all(word in text for word in words(text))
    assert all(stem(word) == stem(word) and fold(word) is not None for word in words(text))
    assert all(terms(text))
    assert isinstance(mended(terms(text)[:3], CORPUS), dict)


def test_threads_stem_at_the_same_time() -> None:
    made = [f"{start}{end}" for start in ("nation", "relat", "hope", "organiz", "deliver") for end in ENDINGS]
    expected = [stem.__wrapped__(word) for word in made]
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(4) as pool:
            found = list(pool.map(lambda _: [stem.__wrapped__(word) for word in made], range(40)))
    finally:
        sys.setswitchinterval(interval)
    assert all(each == expected for each in found)
