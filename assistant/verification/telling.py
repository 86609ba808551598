"""Who says what within a sentence: the words that somebody stands for, and the narrator's own beside them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from retrieval.sentences import Span, sentence_spans

# Verbs that put words into a mouth, whatever follows.
_SAY = (
    r"sa(?:ys?|id|ying)|tells?|told|telling|add(?:s|ed)(?=,|\sthat|:|\s[“\"])|claim(?:s|ed|ing)?|argu(?:es?|ed|ing)|assert(?:s|ed)?|contend(?:s|ed)?|insist(?:s|ed|ing)?|alleg(?:es?|ed|ing)"
    r"|believ(?:es?|ed|ing)|thinks?|thought|suspect(?:s|ed|ing)?|explain(?:s|ed|ing)?|not(?:es|ed|ing)|stat(?:es|ed|ing)|announc(?:es?|ed|ing)|declar(?:es?|ed|ing)|report(?:s|ed|ing)?"
    r"|writ(?:es?|ing)|wrote|warn(?:s|ed|ing)?|stress(?:es|ed|ing)?|emphasi[sz](?:es?|ed|ing)|predict(?:s|ed|ing)?|admit(?:s|ted|ting)?|conced(?:es?|ed)|confirm(?:s|ed|ing)?|comment(?:s|ed)?"
    r"|remark(?:s|ed)?|complain(?:s|ed|ing)?|conclud(?:es?|ed|ing)|estimat(?:es?|ed|ing)|suggest(?:s|ed|ing)?|propos(?:es?|ed|ing)|opin(?:es?|ed)|testif(?:ies|ied)|recall(?:s|ed)?|vow(?:s|ed)?|promis(?:es|ed)"
    r"|acknowledg(?:es?|ed|ing)|reveal(?:s|ed|ing)?|point(?:s|ed|ing)?\sout|describ(?:es?|ed|ing)|call(?:s|ed)|regard(?:s|ed)|dubb(?:s|ed)|hail(?:s|ed)|accus(?:es?|ed|ing)|blam(?:es?|ed|ing)"
    r"|prais(?:es?|ed|ing)|criticis(?:es?|ed|ing)|criticiz(?:es?|ed|ing)|denounc(?:es?|ed|ing)|fear(?:s|ed)|hop(?:es?|ed|ing)|expect(?:s|ed)?|hypothesi[sz]ed?|theori[sz]ed?|speculat(?:es?|ed|ing)"
    r"|recommend(?:s|ed)?|maintain(?:s|ed)\sthat|held\sthat|holds\sthat|fe(?:els?|lt)\sthat|f(?:inds?|ound)\sthat|show(?:s|ed|n)?\sthat|indicat(?:es?|ed)\sthat|den(?:y|ies|ied)\sthat"
)
# Further words by which a statement says that these are somebody's words or thoughts.
_VIEW = (
    r"held|holds|felt|feels|finds?|found|shows?|showed|put\sforward|credits?|credited|sees?|saw|views?|viewed|considers?|considered|reckon(?:s|ed)?|counted|counts|reckoned|sp(?:eaks?|oke)\sof|talk(?:s|ed)\sof|repl(?:ies|ied)"
    r"|den(?:y|ies|ied|ying)|reject(?:s|ed|ing)?|dismiss(?:es|ed|ing)?|refut(?:es|ed)|doubt(?:s|ed)?|disput(?:es?|ed|ing)|contest(?:s|ed)?|disagree[sd]?|agree[sd]?|condemn(?:s|ed)?|commend(?:s|ed)?|welcom(?:es|ed)|urg(?:es?|ed)|demand(?:s|ed)|ask(?:s|ed)?"
    r"|calling|charg(?:es?|ed)\sthat|appeal(?:s|ed)?|quot(?:es?|ed)|cit(?:es?|ed)|oppos(?:es?|ed)|rul(?:es|ed)|took|takes|project(?:s|ed)|forecasts?|promot(?:es|ed)|advocat(?:es|ed)|envision(?:s|ed)|wants?|wanted|worr(?:ies|ied)"
)
_ALWAYS = re.compile(
    r"\b[Aa]ccording\sto\b|\b(?:[Ii]n|[Bb]y|[Oo]n)\s(?:[\w.’'-]+\s){0,6}?(?:views?|opinions?|words|eyes|estimations?|judge?ment|accounts?|reckoning|telling|figures|numbers|estimates?|data)\b"
    r"|\b[Ff]rom\s(?:[\w.’'-]+\s){1,4}point\sof\sview\b|\b(?:claims?|allegations?|views?|opinions?|arguments?|beliefs?|hypothesis|thesis|idea|accusations?|suggestions?|assertions?|figures|estimates?|surveys?|study|poll|remarks?|verdict"
    r"|predictions?|suspicions?)\b|\b(?:reportedly|allegedly|supposedly|purportedly)\b|^For\s[A-Z][^,]{2,40},|^[A-Z][^:“”\"]{1,60}:\s",
)
# Nouns as well, or told of things: verbs of telling after a name or a pronoun only.
_ALSO_NOUNS = frozenset(
    """called states reports claims notes comments hopes fears estimates calls remarks suspects warns doubts disputes explains explain
    explained shows show showed found finds takes took held holds saw sees supports indicates wants counts rules views forecasts asks cites
    charges""".split()  # noqa: SIM905 - a list of this length reads better as prose
)
_HAS_SUBJECT = re.compile(
    r"(?:[A-Z][\w’'.-]*|\b(?:s?he|they|who|it|two|three|both|[a-z]+(?:ers?|ors?|ists?|ians?|men|man"
    r"|people|government|court|ministry|office|board|committee|police)))[”\"]?,?\s(?:also\s|\w+ly\s|has\s|have\s|had\s|himself\s|herself\s)*$"
)
_TELLING = re.compile(rf"\b(?:{_SAY}|{_VIEW})\b", re.IGNORECASE)
# Said of himself, these are still no facts.
_OPINION = re.compile(
    r"(?:claim|argu|assert|contend|insist|alleg|believ|think|thought|suspect|fear|hop|speculat|hypothesi|theori|held|feel|felt|opin|predict)",
    re.IGNORECASE,
)
# Nouns and participles that look like the verbs.
_NO_VERB_BEFORE = re.compile(
    r"(?:\b(?:the|a|an|this|that|these|those|his|her|its|their|some|no|of|in|by|so|such|with|new|first|many|official|for|is|are|was|were|be|been|being|to|not|or)|['’]s)\s$",
    re.IGNORECASE,
)
_ACCORDING = re.compile(
    r"\b(?:according\sto|in\sthe\s(?:view|words|opinion)s?\sof)\s(?P<who>[^,;:]+?)(?=,|;|:|\.$|$|\s(?:that|there|it|he|she|they)\b)",
    re.IGNORECASE,
)
_VIEW_OF = re.compile(r"\bin\s(?P<who>[\w.’' -]{2,30}?)['’]s?\s(?:view|opinion|words|eyes)\b", re.IGNORECASE)
_VERB = re.compile(rf"\b(?P<verb>{_SAY})\b(?P<that>\s(?:(?:[\w’'.-]+\s){{0,4}}?that\b)?)?")
_IT_IS = re.compile(
    r"\b(?:it\s)?(?:is|was|are|were|has\sbeen|have\sbeen|been)\s(?:\w+ly\s|also\s)?(?:said|believed|thought|claimed|alleged|reported|rumou?red|assumed|presumed|suggested|argued|estimated|understood|hypothesi[sz]ed)\s(?:to|that)\b",
    re.IGNORECASE,
)
_THAT = re.compile(
    r"\b(?:arguments?|claims?|views?|beliefs?|idea|allegations?|accusations?|suspicions?|theory|hypothesis|opinions?|suggestions?|fears?|assertions?|charges?|contention|notion)\sthat\b"
)
# Without "that", these tell something only where a verb follows.
_CLAUSE = re.compile(
    r"\b(?:is|are|was|were|be|has|have|had|will|would|could|can|may|might|must|should|did|does|do|not|to|[a-z]{2,}ed|went|came|made|took|got|n['’]t)\b"
)
_WITH_OBJECT = re.compile(
    r"(?:describ|call|regard|dubb|hail|accus|blam|prais|criticis|criticiz|denounc)", re.IGNORECASE
)
_REVERSED = re.compile(r"[,”\"’'.?!—–]\s?$")
_BREAK = re.compile(r";|,\s(?:but|while|whereas|although|though|a\sclaim|an?\sallegation|which)\s|\)", re.IGNORECASE)
_SUBJECT_BREAK = re.compile(
    r"[,;:“”\"()—–]|\b(?:and|but|that|which|while|because|although|when|after|before|if|in which)\s", re.IGNORECASE
)
_FILLED = re.compile(
    r"(?:,?\s(?:who|also|\w+ly|in turn|later|then|has|have|had|however|himself|herself|itself|once|even|each|both|all|does|do|did|not|been|in turn|which))*\s*$",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"“[^”]{8,}”|\"[^\"]{8,}\"|«[^»]{8,}»|“[^”]{8,}$|\"[^\"]{8,}$")
_LONGEST_SPEAKER = 9  # words
_INTRODUCED = re.compile(r"\w(?:[^,]*\s){3}|[^,\s]\s*$")  # more than "However,"


@dataclass(frozen=True, slots=True)
class Telling:
    """What somebody says in a text: who, as written ("" where nobody is named), the verb, and where his words stand."""

    who: str
    verb: str
    spans: tuple[Span, ...]
    quoted: bool
    """Whether they stand in quotation marks."""

    @property
    def opinion(self) -> bool:
        """Whether it stays his alone even where he speaks of himself."""
        return self.quoted or bool(_OPINION.match(self.verb))


def tells(text: str) -> bool:
    """Whether a text says that something is somebody's words or thoughts."""
    return names_a_view(text) or bool(verbs_of_telling(text))


def names_a_view(text: str) -> bool:
    """Whether a text says so without a verb, or of nobody: "according to", "in his view", "is said to"."""
    return bool(_ALWAYS.search(text) or _IT_IS.search(text))


def verbs_of_telling(text: str) -> list[str]:
    """The verbs by which somebody says or thinks something, as written."""
    return [
        match.group()
        for match in _TELLING.finditer(text)
        if not _NO_VERB_BEFORE.search(text[: match.start()])
        and (
            match.group().lower() not in _ALSO_NOUNS
            or _HAS_SUBJECT.search(text[: match.start()])
            or text.startswith(" that", match.end())
        )
    ]


@lru_cache(maxsize=256)  # the same quotes are compared with one statement after the other
def tellings(text: str) -> tuple[Telling, ...]:
    """What somebody says in a text.

    >>> [(each.who, each.verb) for each in tellings("Critics say that the dam leaks.")]
    [('Critics', 'say')]
    """
    return tuple(telling for start, end in sentence_spans(text) for telling in _of_sentence(text[start:end], start))


def _of_sentence(sentence: str, offset: int) -> Iterator[Telling]:
    bare = _QUOTED.sub(lambda match: match.group()[0] + "_" * (len(match.group()) - 2) + match.group()[-1], sentence)

    def telling(who: str, verb: str, *spans: Span) -> Telling:
        kept = tuple((a + offset, b + offset) for a, b in spans if sentence[a:b].strip())
        quoted = any("__" in bare[a:b] for a, b in spans)
        return Telling(who.strip(), verb, kept, quoted)

    for pattern in (_ACCORDING, _VIEW_OF):
        for match in pattern.finditer(bare):
            begin = max(bare.rfind("(", 0, match.start()), bare.rfind(";", 0, match.start())) + 1
            first = not _INTRODUCED.search(bare[begin : match.start()])
            end = len(bare) if first else match.end()
            yield telling(match["who"], "according", (begin, match.start()), (match.end(), end))
    for match in _THAT.finditer(bare):
        owner = " ".join(_subject(bare[: match.start()]).split()[-4:])
        yield telling(owner, "say", (match.end(), _break(bare, match.end())))
    for match in _IT_IS.finditer(bare):
        yield telling("", "believed", (match.end(), _break(bare, match.end())))
    for match in _VERB.finditer(bare):
        before, after = bare[: match.start()], bare[match.end() :]
        participle = match["verb"].lower().endswith("ing")
        if _NO_VERB_BEFORE.search(before) or after.lstrip().startswith(("by ", "-")) or before.endswith("-"):
            continue
        that = bool((match["that"] or "").strip())
        following = re.split(r"[,;.“”\"]", after)[0].strip()
        if _REVERSED.search(before) and not that and not participle and _names_somebody(following):
            yield telling(following, match["verb"], (0, match.start()))
            continue
        end = _break(bare, match.end())
        told = bare[match.end() : end]
        who = "" if participle else _subject(before)
        at = bare.rfind(who, 0, match.start()) if who else -1
        beside = bare[: max(at, 0)].rstrip()[-1:]
        if beside and not that and (beside in '”"’' or (beside == "," and re.match(r"\s?[,.]", after))):
            yield telling(who, match["verb"], (0, at), (match.end(), end) if after.lstrip()[:1] in ",." else (0, 0))
            continue
        if match["verb"] in ("called", "dubbed") and not re.search(
            r"(?:\b(?!The\b|An?\b|This\b|Its?\b|His\b|Her\b)[A-Z][\w’'-]*|\b(?:he|she|they|who))\s(?:\w+\s)?$", before
        ):
            continue  # "a company called …"
        if after.lstrip().startswith(",") and not that:
            continue
        if not (that or "__" in told or _CLAUSE.search(told) or _WITH_OBJECT.match(match["verb"])):
            continue
        yield telling(who, match["verb"], (match.end(), end))


def _names_somebody(text: str) -> bool:
    """Whether words after "…, said" are who says it."""
    return (
        0 < len(text.split()) <= _LONGEST_SPEAKER
        and not _CLAUSE.search(text)
        and not re.match(r"(?:in|on|at|to|that|of|by)\b", text)
    )


def _break(sentence: str, start: int) -> int:
    """Where what is told from `start` on ends."""
    found = _BREAK.search(sentence, start)
    return found.start() if found else len(sentence)


def _subject(before: str) -> str:
    """The words that a verb has before it, back to where its clause begins; with the noun that "who" or an apposition is of."""
    before = _FILLED.sub("", before)
    aside = before.rstrip().endswith(",")
    begins = [0, *(match.end() for match in _SUBJECT_BREAK.finditer(before))]
    parts = [
        begin
        for begin, end in zip(begins, [*begins[1:], len(before)], strict=True)
        if re.search(r"\w\w", before[begin:end])
    ]
    if not parts:
        return ""
    lowered = re.match(r"\s*(?:an?|the|his|her|its)\s[^A-Z]", before[parts[-1] :])
    apposed = len(parts) > 1 and (aside or (lowered and before[: parts[-1]].rstrip().endswith(",")))
    return before[parts[-2 if apposed else -1] :].strip(" ,")
