"""The closed classes of words, and the turns of phrase, by which a question is seen to lean on what was said before."""

import re


def _listed(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _any(text: str) -> str:
    """One of these words, as a pattern."""
    return f"(?:{'|'.join(text.split())})"


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text, re.IGNORECASE)


# Words that say nothing of the subject: of asking, of politeness, and verbs that go with any subject.
LIGHT = _listed(
    """able about actually add affect again ago allow already always another answer anyone anything apply ask become
    begin believe besides best bring build call came cannot cause change clarify come consider cover create
    currently decide describe detail details difference differences different earlier else even ever exactly
    example expect explain feel find first found gave get gets getting give given go goes going good got great
    guess happen happened happens hear heard hello help hi however include including information instead
    interested involve involved kind kinds last later learn leave let like list little look lot made main make
    makes many may maybe mean means meant mention mentioned might moreover much must name need needed needs new
    next now offer offered offers often ok okay one ones other others part people point possible pretty provide
    put question really regarding right said say saying says see seem seen set show since someone something soon
    sorry sort speaking still stop sure take talk talking tell thank thanks thing things think though thought
    today tried true try trying type types understand use used using want wants way ways well went whenever
    whole wonder wondering work works would write wrote yes yet"""
)
TITLES = _listed(
    """president prime minister foreign defense defence finance chancellor king queen pope general ambassador professor mr mrs ms dr sir
    senator governor secretary spokesman spokeswoman director leader chairman"""
)
MOMENTS = _listed(
    """monday tuesday wednesday thursday friday saturday sunday january february march april may june july august september
    october november december"""
)
OF_A_PERSON = _listed("he she him his her hers himself herself")
OF_THINGS = _listed("it its itself they them their theirs themselves")
POINTING = _listed("this that these those")
POSSESSIVE = _listed("his her hers its their theirs")
PRONOUNS = OF_A_PERSON | OF_THINGS | POINTING | {"there"}
EITHER = _pattern(r"\b(?:s?he or s?he|his or hers?|hers? or his|him or her|her or him|s/he|he/she|she/he|his/her)\b")
BE = _listed("is are was were be isn’t isn't aren’t aren't wasn’t wasn't weren’t weren't")

# What stands before a noun.
DETERMINERS = _listed(
    """a an the my your our some any no each every which what whose many much more most several all both
    of in on at for from with by about into between among against under over"""
)
# Where a clause begins; "… says it": with the verb of saying a new one does.
CLAUSE = _pattern(
    r"[,;:?!–]|\.\s|\b(?:"
    + _any(
        "and but or so because if when while although though that which who whom where since after before until unless than"
    )
    + "|"
    + _any("say says said think thinks thought believe believes believed hope hopes claim claims fear fears")
    + r"(?=\s*$))\b"
)
# "When he arrived, what did Xi say?"
LEADS_IN = _pattern(
    r"\W*(?:(?:and|but|so) )?" + _any("when after before while if as since although once in on during despite") + r"\b"
)

# "Is it true that …", "How long does it take …", "Is it worth having …", "What time is it?"
EXPLETIVE = _pattern(
    r"\b(?:is|was|be|isn['’]t|wasn['’]t|seems?|makes?|find|found)\s+it\s+(?:\w+\s+){0,3}?(?:that|to|if|whether|worth|for\s+\w+(?:\s+\w+)?\s+to)\b"
    r"|\bit(?:['’]s|\s+(?:is|was|would be|will be|seems|appears))\s+(?:\w+\s+){0,3}?(?:that|to|if|whether|worth)\b"
    r"|\bit\s+(?:\w+\s+)?(?:takes?|took|taken|rain\w*|snow\w*|matter\w*)\b"
    r"|\b(?:what|which) (?:time|day|date|year) (?:is|was) it\b|\bmake it\b"
)
THERE_IS = _pattern(
    r"there(?:['’]s|\s+(?:\w+ly\s+|also\s+|any\b|have been|has been|(?:will|would|can|could|may|might) be|"
    + _any("seems? is are was were")
    + r"\b))"
)
GENERIC_THEY = _pattern(r"\bthey\s+(?:mean|say|call|speak)\b")
# "this year" is ours; so is "this Friday".
MOMENT = _listed(
    """case year week month morning evening afternoon night day days weekend century decade season time spring summer autumn
    winter monday tuesday wednesday thursday friday saturday sunday"""
)
# Before a "that" that points back; after another word it is a conjunction or a relative pronoun.
BEFORE_THAT = _listed(
    """of to about for with by on in from after before at is was are were isn't does did do can could would will should
    has had like than and but so why how what when where over under into during since"""
)

# "the expert", not "the expert Kashin", "the expert from Moscow"
ROLE = _pattern(
    r"\bth(?:e|is|at) (?:\w+ )?"
    + _any(
        """man woman person expert analyst speaker author scientist professor diplomat economist researcher guest visitor
        specialist lady guy"""
    )
    + r"\b(?!\s+(?-i:[A-Z])|\s+(?:of|who|from|in|at|that)\b)"
)
# "the visit", not "the visit to Moscow"
EVENT = _pattern(
    r"\bthe (?:\w+ )?(?P<head>"
    + _any(
        """visit trip meeting talks? summit dinner forum conference negotiations? agreements? deal treaty document plan
        proposal statement article report speech call letter war conflict crisis attack warrant order vote election
        sanctions? decision project law ceremony initiative"""
    )
    + r")\b(?!\s+"
    + _any("of to with between in on at for from against by that which")
    + r"\b)"
)
_THEN_A_VERB = _any("is are was were do does did have has had will would say says said think agree meet met ever")
ELSE = _pattern(
    r"\b(?:(?:who|what|where|which|anyone|anything|anybody|something|someone|nobody) else"
    r"|(?:which|another|the other|the same|the next) ones?|(?:the|any|no) others?(?=\W*$)"
    r"|which (?:is|are|was)\b(?! the \w+ (?:of|in)\b)|the (?:two|three|four) of them"
    rf"|(?:the two|the three|both|neither|either)(?=\W*$|\W+(?:of\b|{_THEN_A_VERB}\b)))"
)
ORDINAL = _pattern(
    r"\bthe (?:former|latter|(?:first|second|last)(?: (?:one|man|woman|person))?(?: of (?:them|the two))?)"
    rf"(?=\W*$|\s+{_THEN_A_VERB}\b)"
)

CORRECTION = _pattern(r"\bI (?:just )?(?:mean|meant)\b(?! to\b)")
CONTINUES = _pattern(r"^\W*(?:and|but|or|so|then|also|really|ok|okay|yes|no)\b(?!\s+(?:one|longer)\b)")
ABOUT = _pattern(r"^\W*(?:(?:and|but|so|or|ok|okay)\b\W*)*(?:what|how) about\b")
# Without any of these words it is no sentence.
SENTENCE = _pattern(
    r"\b"
    + _any(
        """is are was were am be been do does did has have had can could will would should shall may might must isn['’]t
        aren['’]t don['’]t doesn['’]t didn['’]t can['’]t won['’]t who what when where why how which whose whom tell explain
        describe name list give show compare summari[sz]e i we you"""
    )
    + r"(?:['’](?:s|re|ve|d|ll|m))?\b"
)
# "What is WACC?", not "What is the limit?"
DEFINES = _pattern(
    r"^\W*(?:(?:and|so|ok|okay|but|then|also)\b\W*)?(?:what|who)(?:['’]s| is| are| was| were| does| do)\s+"
    r"(?!(?:the|my|this|that|it)\b)"
)
