"""Whether a chat model's statement says that the articles do not say: in the words asked for, or in its own."""

import re

from assistant.answer import ABSTENTION

_TEXTS = r"(?:passages?|articles?|excerpts?|(?:provided|given|available) (?:\w+ )?(?:texts?|context|documents?|sources?|information))"
_NOT = r"(?:(?:do|does|did|can|could) ?not|cannot|(?:do|does|did|ca|could)n't|never)"
_SAY = r"(?:say|state|mention|contain|provide|include|specify|give|discuss|address|cover|report|answer|tell|indicate|reveal)"
_SAID = r"(?:said|stated|mentioned|provided|specified|given|discussed|addressed|covered|reported|answered|found)"
_UNKNOWN = r"(?:information|mention|details?|answer)"
_REFUSALS = re.compile(
    "|".join(
        (
            rf"\b{_TEXTS}\b[^.;]*?\b{_NOT} (?:\w+ ){{0,2}}{_SAY}",  # the passages do not directly mention
            rf"\b{_TEXTS} {_SAY}s? (?:no|nothing)\b",
            rf"\b(?:none|neither) of the {_TEXTS}\b[^.;]*\b{_SAY}",
            rf"\bno (?:\w+ )?{_UNKNOWN}\b[^.;]*\b(?:in|from|by) (?:any of )?(?:the|these|those) {_TEXTS}",
            rf"\bnot {_SAID} (?:in|by) (?:any of )?(?:the|these|those) {_TEXTS}",
            rf"^there (?:is|'s) (?:no|not enough) (?:\w+ )?{_UNKNOWN}\b",
            rf"^(?:(?:i'm |i am )?sorry,? (?:but )?)?i (?:{_NOT} (?:know|find|answer|say|tell|have)|(?:am|was) (?:not able|unable) to)\b",
        )
    ),
    re.IGNORECASE,
)


def abstains(text: str) -> bool:
    """Whether a statement is the abstention that the prompt asks for, whatever its case and punctuation.

    >>> abstains("The articles don’t say")
    True
    """
    return _letters(text) == _letters(ABSTENTION)


def refuses(text: str) -> bool:
    """Whether a statement says the same in other words. A claim may: ask only of one that no passage bears out.

    >>> refuses("The passages do not mention Japan."), refuses("The plan does not mention Japan.")
    (True, False)
    """
    return bool(_REFUSALS.search(text.replace("’", "'")))


def _letters(text: str) -> str:
    return "".join(re.findall(r"[a-z]", text.lower()))
