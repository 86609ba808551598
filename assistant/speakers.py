"""Who says what in an article: each sentence that is somebody's words, with the speaker and where he is named.

A quotation on a news page often names its speaker two sentences away ("says the expert", "he added", or not at all).
Speakers are read from the shape of the sentence (a reporting verb beside a name, "according to …"), carried over by
pronouns and descriptions, and on through quotations that follow.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from assistant.namesakes import CAPITALISED, Bearers, everybody, full_names, meant_by, opening_name
from retrieval.sentences import Span
from retrieval.words import terms

_REPORTING = (
    r"(?:sa(?:ys?|id)|tells?|told|add(?:s|ed)|believe[sd]?|thinks?|thought|claim(?:s|ed)|indicate[sd]|explain(?:s|ed)|note[sd]|announce[sd]"
    r"|insist(?:s|ed)|express(?:es|ed)|assure[sd]|promise[sd]|denounce[sd]|praise[sd]|accuse[sd]|emphasi[sz]e[sd]|stress(?:es|ed)"
    r"|boast(?:s|ed)|admit(?:s|ted)|den(?:ies|ied)|agree[sd]|argue[sd]|warn(?:s|ed)|writes?|wrote|report(?:s|ed)|state[sd]|declare[sd]"
    r"|confirm(?:s|ed)|comment(?:s|ed)|point(?:s|ed)?\ out|remind(?:s|ed)|suggest(?:s|ed)|predict(?:s|ed)|commend(?:s|ed)|call(?:s|ed)"
    r"|describe[sd]|saying|repl(?:ies|ied)|ask(?:s|ed)|urge[sd]|expect(?:s|ed)|oppose[sd]|criticis?z?e[sd]|reveal(?:s|ed)|quoted)"
)
_NAME = rf"{CAPITALISED}(?:\ {CAPITALISED}){{0,4}}"
_DESCRIPTION = (
    r"(?:expert|analyst|specialist|advis[eo]r|minister|scientist|professor|president|leader|dictator|diplomat|spokes(?:man|woman|person)"
    r"|director|official|author|researcher|economist|politician|general|ambassador|mayor|governor|senator|lawyer|activist|resident|witness)"
)

# "Kashin, a Moscow-based expert, said"; "Putin also said"; "US intelligence says"; "The Kremlin's press service said"; "Putin, who commended"
_NAME_THEN_VERB = re.compile(
    rf"(?P<name>{_NAME})(?:['’]s?)?(?:\ (?!(?:was|were|is|are|be|been|being|by|of|to)\b)[a-z-]+){{0,2}}?(?:,\ [^“”\"]{{3,120}}?,)?(?:,?\ who)?"
    rf"(?:\ (?:has|have|had|also|then|later|even|further|repeatedly|recently|publicly|strongly))*\ {_REPORTING}\b"
)
# "…, believes pro-Kremlin diplomatic expert Vasily Kashin"; "…” says Galgamov"; "confirmed by political scientist Abbas Galgamov"
_VERB_THEN_NAME = re.compile(
    rf"(?:[,”\"’.?!]\ ?{_REPORTING}|confirmed\ by|quoted\ by)\ (?:(?!that\b|to\b)[a-z][\w-]*(?:-{CAPITALISED})?\ ){{0,6}}(?P<name>{_NAME})"
)
_ACCORDING = re.compile(
    rf"(?:[Aa]ccording\ to|[Ii]n\ the\ (?:words|opinion|view)\ of|[Aa]s\ reported\ by)\ (?:the\ |a\ |an\ )?(?:[a-z][\w-]*\ ){{0,4}}?(?P<name>{_NAME})"
)
_DESCRIBED = rf"[Tt]h(?:e|is)\ (?:[a-z][\w-]*\ ){{0,3}}?{_DESCRIPTION}\b"
_CARRIED = re.compile(
    rf"\b(?:[Ss]?[Hh]e|{_DESCRIBED})(?:\ (?!and\b|but\b|that\b)[\w-]+){{0,6}}?\ {_REPORTING}\b"
    rf"|\b{_REPORTING}\ (?:s?he\b|{_DESCRIBED})"
    r"|\b(?:[Ii]n|[Aa]ccording\ to)\ (?:his|her|him)\b"
)
_QUOTE_MARK = re.compile(r"[“”«»„]|(?<!\w)\"|\"(?!\w)")
_OPENING = ("“", "«", "„", '"')
# Capitalised words that begin sentences or name days: no speakers, whatever verb follows.
_NO_SPEAKER = frozenset(
    """a an the this that these those it he she they we i you his her its their our my who someone somebody nobody
    everyone both some many most others but and or so if when while although though because however thus after
    before for as since in on at by with from to of moreover also yes no not then there here what where why how
    first second monday tuesday wednesday thursday friday saturday sunday january february march april may june
    july august september october november december""".split()  # noqa: SIM905 - a list of this length reads better as prose
)


@dataclass(frozen=True, slots=True)
class Attribution:
    """Whose words a sentence is: the speakers as written, and the sentence that names them.

    `explicit` where the sentence itself says so (a reporting verb, a pronoun that speaks, a whole quotation), not where
    it merely goes on after one that does.
    """

    speakers: tuple[str, ...]
    named_in: int
    explicit: bool = True
    description: str = ""
    """What stands beside the speaker's name: "director of the Carnegie Center", "diplomatic expert"."""


def attributions(text: str, sentences: Sequence[Span], meant: Sequence[Bearers]) -> list[Attribution | None]:
    """For each sentence of an article the speakers whose words it holds, if any; `meant` tells whom its surnames mean.

    A speaker who shares the surname with somebody else in the article is given in full.
    """
    shared = frozenset[str]().union(*(names for names in everybody(meant).values() if len(names) > 1))
    found: list[Attribution | None] = []
    current: Attribution | None = None
    silent = 0  # sentences since `current` was last heard
    introduced: Attribution | None = None  # whom a sentence since then is about
    for number, (start, end) in enumerate(sentences):
        sentence = text[start:end]
        same_line = number > 0 and not re.search(r"[\r\n]", text[sentences[number - 1][1] : start])
        names = named_speakers(sentence)
        carried = _CARRIED.search(_outside_quotations(sentence))
        if names and not (carried and current and _describes(carried.group())):
            speakers = _fuller(_in_full(names, meant[number], shared), current)
            current, silent = Attribution(speakers, number, True, _description(sentence, names)), 0
            found.append(current)
        elif introduced and carried and not _describes(carried.group()) and number - introduced.named_in <= 3:
            current, silent = introduced, 0
            found.append(current)
        elif current and carried and silent <= 6:
            found.append(current)
            silent = 0
        elif current and silent == 0 and sentence.startswith(_OPENING):
            found.append(current)
        elif (
            current
            and silent == 0
            and (_QUOTE_MARK.search(sentence) or (same_line and _introduces(text, sentences[current.named_in])))
        ):
            found.append(replace(current, explicit=False))
        else:
            found.append(None)
            silent += 1
            if name := opening_name(sentence) or _namesake(sentence, current):
                introduced = Attribution((name,), number, True, _description(sentence, [name]))
        if found[-1]:
            introduced = None
        if sentence.count("”") > sentence.count("“"):
            _close_quotation(text, sentences, found, number)
    return found


def named_speakers(sentence: str) -> tuple[str, ...]:
    """The speakers that a sentence names by itself, the most telling first.

    >>> named_speakers("The risk would be too great, believes pro-Kremlin expert Vasily Kashin.")
    ('Vasily Kashin',)
    """
    bare = _outside_quotations(sentence)
    names: list[str] = []
    for pattern in (_VERB_THEN_NAME, _ACCORDING, _NAME_THEN_VERB):
        for match in pattern.finditer(bare):
            parts = re.sub(r"['’]s?$", "", match["name"]).split()
            while parts and parts[0].lower() in _NO_SPEAKER:
                parts = parts[1:]
            if parts and " ".join(parts) not in names:
                names.append(" ".join(parts))
    return tuple(names)


def _description(sentence: str, names: Sequence[str]) -> str:
    """The words before a name back to the last comma or quotation, and the apposition after it."""
    found: list[str] = []
    for name in names:
        before, _, after = _outside_quotations(sentence).partition(name)
        found.append(re.split(r"[,;:“”\"_(]", before)[-1])
        apposition = re.match(
            r"(?:['’]s)?,\s(?!(?:there|it|he|she|they|which|and|but|in|on|at|as|while|that|this)\b)([^,;:“”\"]{3,120})[,.]",
            after,
        )
        if apposition:
            found.append(apposition.group(1))
    return " ".join(found)


def _describes(carried: str) -> bool:
    """Whether a speaker is carried over by a description ("this specialist in Chinese policy"), not a pronoun."""
    return bool(re.search(_DESCRIBED, carried))


def _introduces(text: str, sentence: Span) -> bool:
    """Whether a sentence names its speaker at its end, without a quotation: his words go on after it."""
    words_outside = text[slice(*sentence)]
    return not _QUOTE_MARK.search(words_outside) and bool(_VERB_THEN_NAME.search(words_outside))


def _close_quotation(text: str, sentences: Sequence[Span], found: list[Attribution | None], last: int) -> None:
    """A quotation that ends here without a beginning began with the last words attributed in this paragraph."""
    for number in range(last, max(last - 5, -1), -1):
        attribution = found[number]
        if attribution:
            for position in range(number + 1, last + 1):
                found[position] = found[position] or replace(attribution, explicit=True)
            return
        if number and re.search(r"[\r\n]", text[sentences[number - 1][1] : sentences[number][0]]):
            return


def names(attribution: Attribution | None) -> frozenset[str]:
    """Stems of the speakers' names."""
    return (
        frozenset(term for speaker in attribution.speakers for term in terms(speaker)) if attribution else frozenset()
    )


def _outside_quotations(sentence: str) -> str:
    """The sentence with what stands inside quotation marks blanked: names there do not speak."""
    return re.sub(
        r"“[^”]*”|«[^»]*»|\"[^\"]*\"",
        lambda match: match.group()[0] + "_" * (len(match.group()) - 2) + match.group()[-1],
        sentence,
    )


def _namesake(sentence: str, current: Attribution | None) -> str:
    """Whom a sentence names in full who has the surname of the one who spoke last: "his wife, Ada Lund"."""
    surnames = {speaker.split()[-1] for speaker in (current.speakers if current else ())}
    named = [full for _, full in full_names(_outside_quotations(sentence)) if full.split()[-1] in surnames]
    return next((full for full in reversed(named) if full not in (current.speakers if current else ())), "")


def _in_full(names: tuple[str, ...], here: Bearers, shared: frozenset[str]) -> tuple[str, ...]:
    """Names with the first name where others in the article bear the surname: `Dana Mertens` beside an Olav Mertens."""
    everyone = [(name, meant_by(name, here)) for name in names]
    return tuple(next(iter(full)) if len(full) == 1 and full <= shared else name for name, full in everyone)


def _fuller(names: tuple[str, ...], current: Attribution | None) -> tuple[str, ...]:
    """The longer form of a name already introduced: `Vasily Kashin` where a sentence says `Kashin`."""
    known = current.speakers if current else ()
    return tuple(next((long for long in known if long.endswith(" " + name)), name) for name in names)
