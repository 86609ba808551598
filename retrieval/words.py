"""Words of a text as search terms: case, accents, inflection and spelling variants folded, misspellings mended."""

import json
import re
import threading
import unicodedata
from collections.abc import Collection, Iterable
from functools import cache, lru_cache
from pathlib import Path

import snowballstemmer
from rapidfuzz import process
from rapidfuzz.distance import OSA

_LETTER = r"(?:[^\W\d_]|[\u0300-\u036f])"  # an accent may be a character of its own
_WORD = re.compile(
    rf"""(?x)
      (?<!\w) [^\W\d_] (?:\.[^\W\d_])+ (?!\w) \.?         # U.S., a.m.
    | (?<![\d,.]) \d{{1,3}} (?:,\d{{3}})+ (?![\d,])         # 1,500
    | (?<![\d.]) \d+\.\d+ (?![\d.])                       # 4.5
    | \d+ (?:(?:st|nd|rd|th|s)\b)?                        # 29, 10th, 1990s
    | {_LETTER}+ (?:['’]{_LETTER}+)*
    """
)


class _Stemmer(threading.local):
    """A stemmer for each thread: it keeps the word that it is at in itself."""

    def __init__(self) -> None:
        self.stem = snowballstemmer.stemmer("english").stemWord


_stemmer = _Stemmer()

# Function words carry no subject: they count neither in BM25 nor in how much of a question a sentence covers.
_STOP_WORDS = """a about after against all also am an and any are as at be because been before being between both but by
    can could did do does doing done during each for from further had has have having he her here hers him his how i if
    in into is it its itself just me more most my no nor not now of off on once only or other our out over own please s
    same shall she should so some such t than that the their them then there these they this those through to too under
    until up upon us very was we were what when where which while who whom whose why will with would you your tell
    know"""
STOP_WORDS = frozenset(_STOP_WORDS.split())

# Spelled like a function word, but for the capitals.
_ACRONYMS = frozenset({"US", "WHO", "IT"})

# Names of one thing that share no word.
_ALIASES = {"us": "usa", "u.s": "usa", "u.s.a": "usa"}
_LONG_NAMES = re.compile(
    r"\b(?:(?P<usa>United\s+States(?:\s+of\s+America)?)|(?P<uk>United\s+Kingdom)|(?P<eu>European\s+Union)"
    r"|(?P<un>United\s+Nations))\b"
)

# Pairs that Snowball leaves apart, as "stem:stem": the first is read as the second.
_PAIRS = """agreement:agre analysi:analys analyst:analys analyz:analys autonomi:autonom crise:crisi decis:decid
    deliveri:deliv democraci:democrat diplomaci:diplomat discoveri:discov economi:econom economist:econom expans:expand
    explan:explain growth:grow invas:invad militari:militar opposit:oppos oppon:oppos presidenti:presid recoveri:recov
    strategi:strateg supplier:suppli weaponri:weapon withdrew:withdraw withdrawn:withdraw

    armour:armor behaviour:behavior centr:center colour:color defenc:defens favour:favor harbour:harbor honour:honor
    labour:labor licenc:licens neighbour:neighbor offenc:offens programm:program rumour:rumor

    became:becom began:begin begun:begin bought:buy broke:break broken:break brought:bring built:build came:come
    caught:catch children:child chose:choos chosen:choos drew:draw drawn:draw drove:drive driven:drive fallen:fall
    fell:fall fought:fight found:find gave:give given:give grew:grow grown:grow held:hold kept:keep knew:know known:know
    lost:lose made:make meant:mean men:man met:meet paid:pay ran:run rose:rise risen:rise said:say sent:send
    shot:shoot sold:sell sought:seek spent:spend spoke:speak spoken:speak stood:stand struck:strike taken:take
    taught:teach thought:think threw:throw thrown:throw told:tell took:take understood:understand went:go women:woman
    won:win wrote:write written:write"""
_SAME = dict(pair.split(":") for pair in _PAIRS.split())
# Names that only look like participles.
_NO_INFLECTION = frozenset({"beijing", "boeing", "chongqing", "jinping", "jingping", "nanjing", "xiaoping"})
_BRITISH = re.compile(r"(?<=\w{4})([iy])s(e|ed|es|ing|ation|ations)$")


def fold(word: str) -> str:
    """Lower case without accents: `Şoigu` -> `soigu`."""
    if word.isascii():
        return word.lower()
    decomposed = unicodedata.normalize("NFKD", word.casefold())
    return "".join(character for character in decomposed if not unicodedata.combining(character))


def is_stop_word(word: str) -> bool:
    """Whether a word as written carries no subject: `us` does not, `US` does."""
    return word not in _ACRONYMS and fold(word).replace(".", "") in STOP_WORDS and stem(word) != "usa"


@lru_cache(maxsize=200_000)
def stem(word: str) -> str:
    """The stem of a word as written: Snowball's, and one for what Snowball leaves apart.

    >>> [stem(word) for word in ("Kashin’s", "deliveries", "met", "U.S.", "10th", "1,500")]
    ['kashin', 'deliv', 'meet', 'usa', '10', '1500']
    """
    if word[:1].isdigit():
        return re.sub(r"(?:st|nd|rd|th|s)$", "", fold(word.replace(",", "")))
    if word == "US":
        return "usa"
    folded = re.sub(r"['’]s?$", "", fold(word)).replace("’", "'").rstrip(".")
    if "." in folded:
        return _ALIASES.get(folded, folded.replace(".", ""))
    if folded in _NO_INFLECTION:
        return folded
    stemmed = str(_stemmer.stem(_BRITISH.sub(r"\1z\2", folded)))
    return _SAME.get(stemmed, stemmed)


def words(text: str) -> list[str]:
    """The words of a text as written; `MiG-29` is two, `U.S.` is one."""
    return _WORD.findall(text)


def terms(text: str) -> list[str]:
    """Stems of the words of a text that carry meaning, in order, with repeats; `United States` is the term of `US`."""
    return [stem(word) for word in words(shortened(text)) if not is_stop_word(word)]


def shortened(text: str) -> str:
    """A text with long names in their short forms: `the United States` is `the USA`."""
    return _LONG_NAMES.sub(lambda match: str(match.lastgroup).upper(), text)


def mended(question_terms: Iterable[str], vocabulary: Collection[str]) -> dict[str, str]:
    """For each term that the corpus does not know, the one of its terms that it must be a misspelling of, if any.

    A wrong name in place of an unknown one gives a wrong answer, so likeness of letters is not enough. A common word or
    name that is spelled right is never mended (`Austria`, `Macron` beside `macro`), and the difference must be one
    that people make: another spelling of the same sound, a vowel, two letters swapped, or one slip in a long word.
    Where two terms are equally near, neither is taken.
    """
    known = vocabulary if hasattr(vocabulary, "keys") or isinstance(vocabulary, set | frozenset) else set(vocabulary)
    found: dict[str, str] = {}
    for term in question_terms:
        if term in known or term in found or len(term) < _SHORTEST_MENDED or not term.isalpha():
            continue
        near = process.extract(
            term, _alike(term, known), scorer=OSA.distance, score_cutoff=_MOST_EDITS, limit=_MOST_CANDIDATES
        )
        ranked = sorted(
            (evidence, int(distance), candidate)
            for candidate, distance, _ in near
            if (evidence := _misspelling(term, candidate)) is not None
        )
        if ranked and (len(ranked) == 1 or ranked[0][:2] != ranked[1][:2]) and not spelled_right(term):
            found[term] = ranked[0][2]
    return found


_SHORTEST_MENDED = 5  # shorter terms have too many neighbours
_MOST_EDITS = 3
_MOST_CANDIDATES = 50
_BEGINNINGS = ("ckqsz", "fpvw", "eijy", "dgj", "tcs", "uoy", "xk", "hk")  # letters that may begin one sound
_SOUND, _SWAP, _VOWEL, _SLIP = range(4)  # kinds of evidence, the strongest first

# Spellings of one sound, as English writers mix them up in names; longer ones first.
_SPELLINGS = """tsch:c sch:c tch:c sh:c ch:c zh:j dj:j ph:v gh:g kh:h ck:k qu:kv th:t ts:z tz:z cz:z yu:u ou:u oo:u
    ee:i iy:i ij:i ey:i ei:i ie:i f:v w:v y:i q:k x:ks"""
_SOUNDS = tuple(pair.split(":") for pair in _SPELLINGS.split())


def _alike(term: str, vocabulary: Iterable[str]) -> list[str]:
    """The words of about a term's length that may begin with its first sound."""
    first = {term[0], *"".join(letters for letters in _BEGINNINGS if term[0] in letters)}
    low, high = max(len(term) - _MOST_EDITS, _SHORTEST_MENDED), len(term) + _MOST_EDITS
    return [word for word in vocabulary if low <= len(word) <= high and word[0] in first]


def _misspelling(term: str, candidate: str) -> int | None:
    """What kind of slip turns `candidate` into `term`, if one that people make."""
    if len(candidate) < _SHORTEST_MENDED or not candidate.isalpha():
        return None
    said, meant = sound(term), sound(candidate)
    if said == meant or said.replace("c", "s") == meant.replace("c", "s"):  # Şoigu, without its cedilla, and Shoigu
        return _SOUND
    if said[:1] != meant[:1]:
        return None
    # An end of its own is often a word of its own: Petrov and Petrova, macro and Macron.
    shorter = min(len(term), len(candidate))
    same_end = said[-1:] == meant[-1:]
    edits = OSA.distance(term, candidate)
    if edits == 1 and len(term) == len(candidate) and sorted(term) == sorted(candidate):
        return _SWAP if same_end or shorter >= 7 else None
    if (
        shorter >= 6
        and same_end
        and any(
            OSA.distance(one, other) == 1 and _consonants(one) == _consonants(other)
            for one, other in ((said, meant), (term, candidate))
        )
    ):
        return _VOWEL
    if shorter >= 7 and same_end and edits == 1:
        return _SLIP
    return None


def sound(word: str) -> str:
    """A word with each sound written in one way, doubled letters once: `zelenskyy` and `zelenski` are one.

    >>> sound("kachin"), sound("kashin"), sound("galgamof")
    ('kacin', 'kacin', 'galgamov')
    """
    word = re.sub(r"c(?=[eiy])", "s", re.sub(r"c(?!h|k|z|[eiy])", "k", word))
    for spelling, sound in _SOUNDS:
        word = word.replace(spelling, sound)
    return re.sub(r"(.)\1+", r"\1", word)


def _consonants(sound: str) -> str:
    return re.sub(r"[aeiou]", "", sound)


def spelled_right(term: str) -> bool:
    """Whether a term is the stem of a common English word or name: one whole in the sentence encoder's vocabulary."""
    common = _common_words()
    return term in common or any(stem(word) == term for word in common.get(term[:4], ()))


@cache
def _common_words() -> dict[str, tuple[str, ...]]:
    """The common words by themselves, and by their first four letters those that begin so."""
    tokenizer = json.loads((Path(__file__).parent / "weights" / "tokenizer.json").read_bytes())
    whole = [word for word in tokenizer["model"]["vocab"] if len(word) >= 4 and word.isalpha()]
    by_beginning: dict[str, list[str]] = {}
    for word in whole:
        by_beginning.setdefault(word[:4], []).append(word)
    return {**dict.fromkeys(whole, ()), **{beginning: tuple(some) for beginning, some in by_beginning.items()}}
