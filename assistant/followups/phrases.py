"""What a conversation is about: the names in a text, and its phrases."""

import re

from assistant.followups.lexicon import LIGHT, MOMENTS
from retrieval.places import is_country
from retrieval.words import is_stop_word, terms

_NAME = re.compile(r"\b[A-Z][\w’'-]+(?:\s[A-Z][\w’'-]+){0,5}")
_WORD = re.compile(r"[^\W_]+(?:[’'.-][^\W_]+)*")

_LINKS = frozenset({"of", "the", "a", "an", "in", "for", "on", "and", "to", "from", "with", "by"})


def carries(word: str) -> bool:
    """Whether a word is of the subject: neither a function word, contracted or not, nor one that goes with any subject."""
    bare = re.sub(r"(?:n?['’](?:t|s|re|ve|d|ll|m))$", "", word)
    return bool(terms(word)) and not (is_stop_word(word) or is_stop_word(bare) or {word.lower(), bare.lower()} & LIGHT)


def names_in(text: str) -> list[str]:
    """Capitalised words and runs of them as written, without the word that only begins a sentence or asks."""
    found = []
    for match in _NAME.finditer(text):
        parts = re.sub(r"['’]s$", "", match.group()).split()
        opens = bool(re.search(r"(?:^|[.?!:])\W*$", text[max(match.start() - 4, 0) : match.start()]))
        while parts and (is_stop_word(re.sub(r"['’]\w+$", "", parts[0])) or (opens and parts[0].lower() in LIGHT)):
            parts, opens = parts[1:], False
        if opens and len(parts) == 1 and len(text.split()) > 2 and not is_country(next(iter(terms(parts[0])), "")):
            continue
        if parts and terms(" ".join(parts)):
            found.append(" ".join(parts))
    return found


def is_person_name(name: str) -> bool:
    """Whether a name may be a person's: none of its words is a country, and it is no acronym."""
    return (
        not name.isupper()
        and name.split()[-1].lower() not in MOMENTS
        and not any(is_country(term) for term in terms(name))
    )


def phrases(text: str) -> list[str]:
    """The runs of words of a text that carry its subject, in order, linked by small words where it links them so.

    >>> phrases("How did the first day of Xi's visit to Moscow go?")
    ["day of Xi's visit to Moscow"]
    """
    found: list[str] = []
    run: list[re.Match[str]] = []
    last = 0

    def close() -> None:
        if run:
            found.append(text[run[0].start() : run[-1].end()])
            run.clear()

    linked = True
    for match in _WORD.finditer(text):
        if re.search(r"[^\s’'\"“”]", text[last : match.start()]):
            close()
        if carries(match.group()):
            if not linked:
                close()
            run.append(match)
            linked = True
        else:
            linked = bool(run) and linked and match.group().lower() in _LINKS
        last = match.end()
    close()
    return list(dict.fromkeys(found))
