"""Other wordings of a question: as typed in a hurry, and changed so that its passage no longer answers it."""

import random
import re

STOPWORDS = frozenset(
    """a about after all also an and any are as at be been before being between both but by can could did do does
    during each for from had has have he her him his how i if in into is it its just many more most much my no not
    of on one only or other our out over she should so some such than that the their them then there these they this
    those through to under until up was we were what when where which while who whom whose why will with would you
    your said says say according""".split()  # noqa: SIM905 - a list of this length reads better as prose
)
_MONTHS = """January February March April May June July August September October November December""".split()  # noqa: SIM905 - a list of this length reads better as prose
_NUMBERS = """two three four five six seven eight nine ten eleven twelve twenty thirty forty fifty hundred thousand million""".split()  # noqa: SIM905 - a list of this length reads better as prose
_ORDINALS = ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "last"]
_OPPOSITES_TABLE = """first last|largest smallest|biggest smallest|highest lowest|most least|more fewer|increase decrease|
increased decreased|before after|early late|north south|northern southern|east west|eastern western|male female|men women|
won lost|win lose|support oppose|supported opposed|begin end|began ended|start stop|started stopped|old new|oldest newest|
upper lower|higher lower|greater smaller|long short|longest shortest|public private|positive negative|rich poor|strong weak|
import export|buy sell|bought sold|allowed forbidden|legal illegal|include exclude|included excluded|accept reject|
accepted rejected|arrive leave|arrived left|gain lose|gained lost|above below|inside outside|internal external|major minor|
majority minority|modern ancient|native foreign|urban rural|fast slow|faster slower|hot cold|enemy ally|attack defend|
attacked defended|created destroyed|build destroy|built destroyed|caused prevented|cause prevent|can cannot|always never|
enter leave|entered left|open closed|opened closed|primary secondary|direct indirect|married divorced|born killed|
founded dissolved|raise lower|raised lowered|like dislike|likes dislikes|good bad|best worst|better worse|easy difficult|
heavy light|cheap expensive|simple complex|known unknown|common rare|possible impossible|used avoided|use avoid|teacher student|
father mother|son daughter|brother sister|king queen|husband wife|summer winter|day night|day week|year month|week month|
city country|river mountain|animals plants|army navy|air water|food water|bridge tunnel"""
_OPPOSITES: dict[str, list[str]] = {}
for _pair in _OPPOSITES_TABLE.replace("\n", "").split("|"):
    _one, _other = _pair.split()
    _OPPOSITES.setdefault(_one, []).append(_other)
    _OPPOSITES.setdefault(_other, []).append(_one)

_NAME = re.compile(r"\b[A-Z][\w’'-]+(?:(?: of| the| de| von| al)? [A-Z][\w’'-]+)*")
_NUMBER = re.compile(r"\b\d[\d,.]*\d\b|\b\d+\b")
_WORD = re.compile(r"[^\W\d_]+")
_CONTENT = re.compile(r"\b[a-z]{5,}\b")


def names(text: str) -> list[str]:
    """Capitalised phrases that do not merely begin a sentence."""
    found: list[str] = []
    for match in _NAME.finditer(text):
        phrase = match.group()
        opening = match.start() == 0 or text[max(0, match.start() - 4) : match.start()].rstrip()[-1:] in '.?!“"'
        if opening and (" " not in phrase or phrase.split()[0].lower() in STOPWORDS):
            rest = phrase.partition(" ")[2]
            phrase = rest if rest[:1].isupper() else ""
        if phrase and phrase.lower() not in STOPWORDS and phrase not in _MONTHS:
            found.append(phrase)
    return found


def numbers(text: str) -> list[str]:
    return _NUMBER.findall(text)


def hurried(question: str, rng: random.Random) -> str:
    """The question in lower case, without its mark, as keywords or with a slip of the fingers; often untouched."""
    draw = rng.random()
    if draw < 0.60:
        return question
    if draw < 0.72:
        question = question.lower()
    elif draw < 0.78:
        question = (
            " ".join(w for w in _WORD.findall(question) + numbers(question) if w.lower() not in STOPWORDS) or question
        )
        return question.lower() if rng.random() < 0.6 else question
    if rng.random() < 0.5:
        question = question.rstrip("?. ")
    if rng.random() < 0.45:
        for _ in range(rng.choice((1, 1, 2))):
            question = _slip(question, rng)
    return question


def _slip(question: str, rng: random.Random) -> str:
    words = [m for m in _WORD.finditer(question) if len(m.group()) >= 4 and m.group().lower() not in STOPWORDS]
    if not words:
        return question
    match = rng.choice(words)
    word = match.group()
    at = rng.randrange(1, len(word) - 1)
    kind = rng.randrange(4)
    if kind == 0:
        word = word[:at] + word[at + 1 :]
    elif kind == 1:
        word = word[:at] + word[at] + word[at:]
    elif kind == 2:
        word = word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    else:
        word = word[:at] + rng.choice("abcdefghijklmnopqrstuvwxyz") + word[at + 1 :]
    return question[: match.start()] + word + question[match.end() :]


def near_miss(question: str, answer: str, passage: str, article: str, rng: random.Random) -> str | None:
    """The question with one thing changed so that the passage no longer answers it; None where nothing fits.

    A name, number, month, ordinal, word or its opposite is swapped for one of the same kind, taken from the passage
    or from the rest of the article. `answer` is the sentence that answers the original question.
    """
    ways = [_swap_name, _swap_name, _swap_number, _swap_word, _opposite, _opposite, _negate]
    rng.shuffle(ways)
    for way in ways:
        changed = way(question, answer, passage, article, rng)
        if changed and changed.lower() != question.lower():
            return changed
    return None


def _replace(question: str, old: str, new: str) -> str:
    return re.sub(rf"\b{re.escape(old)}\b", lambda _: new, question, count=1)


def _swap_name(question: str, answer: str, passage: str, article: str, rng: random.Random) -> str | None:
    mine = names(question)
    if not mine:
        return None
    old = rng.choice(mine)
    known = {word.lower() for word in _WORD.findall(question + " " + answer)}
    pool = names(passage) if rng.random() < 0.7 else names(article)
    fitting = [name for name in pool if not {w.lower() for w in _WORD.findall(name)} & known]
    return _replace(question, old, rng.choice(fitting)) if fitting else None


def _swap_number(question: str, answer: str, passage: str, article: str, rng: random.Random) -> str | None:
    found = numbers(question)
    if found:
        old = rng.choice(found)
        pool = [n for n in numbers(passage) if n != old and len(n) == len(old)]
        if pool and rng.random() < 0.5:
            return _replace(question, old, rng.choice(pool))
        if old.isdigit():
            shift = rng.choice((-1, 1)) * rng.choice((1, 2, 3, 5, 10, 11, 20, 50, 100))
            return _replace(question, old, str(abs(int(old) + shift)))
    for family in (_MONTHS, _NUMBERS, _ORDINALS):
        here = [w for w in family if re.search(rf"\b{w}\b", question)]
        if here:
            old = rng.choice(here)
            return _replace(question, old, rng.choice([w for w in family if w != old]))
    return None


def _swap_word(question: str, answer: str, passage: str, article: str, rng: random.Random) -> str | None:
    mine = [w for w in _CONTENT.findall(question) if w in passage and w not in STOPWORDS]
    if not mine:
        return None
    near = {w[:5] for w in _CONTENT.findall(answer + " " + question)}
    old = rng.choice(mine)
    pool = [
        w
        for w in _CONTENT.findall(passage if rng.random() < 0.6 else article)
        if w[:5] not in near and w[-2:] == old[-2:] and w not in STOPWORDS
    ]
    return _replace(question, old, rng.choice(pool)) if pool else None


def _opposite(question: str, answer: str, passage: str, article: str, rng: random.Random) -> str | None:
    here = [w for w in _WORD.findall(question) if w in _OPPOSITES]
    if not here:
        return None
    old = rng.choice(here)
    return _replace(question, old, rng.choice(_OPPOSITES[old]))


def _negate(question: str, answer: str, passage: str, article: str, rng: random.Random) -> str | None:
    if rng.random() < 0.6 or re.search(r"\b(?:not|never|no)\b|n't", question):
        return None
    match = re.search(r"\b(?:is|are|was|were|can|could|should|would|will|has|have|had)\b", question)
    if match:
        word = match.group()
        return (
            question[: match.start()]
            + rng.choice((word + "n't", word + " not")).replace("cann't", "can't")
            + question[match.end() :]
        )
    match = re.search(r"\b(did|do|does) (.+)", question)
    if match:
        words = match.group(2).split()
        at = min(len(words), rng.choice((1, 2)))
        return question[: match.start()] + " ".join([match.group(1), *words[:at], "not", *words[at:]])
    return None


_PHRASE = re.compile(
    r"\b(?:the|of|a|an|in|for|with|by|its|their|about|on|to|and|from)\s+((?:[A-Za-z][\w’'-]*\s+){0,2}[A-Za-z][\w’'-]{3,})(?=[\s,.?;:)]|$)"
)


def topics(text: str) -> list[str]:
    """Short phrases that a text can be said to be about: one to three content words after an article or preposition."""
    found: list[str] = []
    for match in _PHRASE.finditer(text):
        words = match.group(1).split()
        while words and words[0].lower() in STOPWORDS:
            words.pop(0)
        for index, word in enumerate(words):
            if word.lower() in STOPWORDS:
                words = words[:index]
                break
        if words and max(map(len, words)) >= 4 and not words[-1].endswith(("ly", "ing", "ed")):
            found.append(" ".join(words))
    return list(dict.fromkeys(found))
