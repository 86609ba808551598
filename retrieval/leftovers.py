"""What a web page left behind in an article's text: menus, teasers, share and login lines.

A line is judged by its words (the furniture of news sites says the same few things) and by its shape: prose has a
sentence of several words that ends; furniture has not. Where the two cannot be told apart the line is the article's:
clutter in an answer is a nuisance, a lost sentence an answer that cannot be given. Leftovers stay in the text that a
reader sees.
"""

import re
from collections.abc import Iterator
from itertools import accumulate, pairwise

from retrieval.sentences import Span

_PLACES = (
    r"(?:facebook|twitter|x|whats-?app|telegram|viber|linkedin|instagram|youtube|reddit|pinterest|tiktok|threads|bluesky"
    r"|messenger|flipboard|e-?mail|print|copy\ link|share|tweet|pin\ it|save|comments?|link)"
)

# A whole line that is furniture wherever it stands.
_FURNITURE = re.compile(
    rf"""(?ix) ^\W*(?:
      skip\ to\ (?:main\ )?content | (?:scroll|back|go)\ (?:to\ )?(?:the\ )?top | (?:main\ )?menu
    | home(?:page)? | search | close | toggle\ \w+ | navigation | advertis\w+(?:\ continues.*)? | ad
    | sponsored(?:\ content)? | loading(?:\ \w+)?
    | story\ continues\ below(?:\ advertisement)? | view\ (?:all|more|comments)(?:\ \w+)? | (?:show|load)\ (?:more|less)
    | {_PLACES}(?:[\s|,/·•&]+{_PLACES})* | share\ (?:this|on|via)(?:\ \w+){{0,2}} | follow(?:\ us)? | subscribe
    | (?:sign|log)\ ?-?(?:in|up|out) | my\ account | register | accept(?:\ all)?(?:\ cookies)? | reject(?:\ all)?
    | (?:photo|image|video)\ ?gallery | play\ video | next | previous | continue\ reading | read\ (?:more|also|next)
    | (?:next|previous)\ (?:article|post|story) | (?:all\ )?rights\ reserved | (?:copyright|©).{{0,120}} | ©.*
    | \d+\ (?:comments?|shares?|views?|likes?) | \d+\ min(?:ute)?s?\ read | listen\ to\ (?:this|the)\ article
    | (?:tags?|topics?|filed\ under|categor(?:y|ies)|keywords)\ ?:.{{0,200}} | leave\ a\ (?:reply|comment)
    | (?:photo|image|picture|photograph|video)?\ ?(?:credits?|courtesy|by)?\ ?:\ ?.{{0,80}}
      (?:getty|reuters|afp|\bap\b|epa|shutterstock|unsplash|wikimedia|tass|sputnik|alamy|imago).{{0,30}}
    | (?:your\ )?e-?mail\ address | enter\ your\ e-?mail(?:\ address)? | (?:terms\ of\ (?:use|service)|privacy\ policy
      |cookie\ (?:policy|settings|preferences)|contact\ us|about\ us|advertise\ with\ us)
      (?:[\s|,·•-]+(?:terms\ of\ (?:use|service)|privacy\ policy|cookie\ (?:policy|settings)|contact\ us|about\ us))*
    | [^.!?]{{0,120}}\.(?:jpe?g|png|gif|webp|svg|mp4)
    )\W*$"""
)

# A line that begins like this names another story, not this one; what follows a single word might be prose.
_TEASER = re.compile(
    r"""(?ix) ^\W*(?:
      (?:read|see|watch|look|learn|listen|don['’]t)\ (?:also|more|here|next|this|now|miss)\ ?[:|»>–—-]
    | (?:also|more)\ (?:read|on\ this|from\ \w+)\ ?[:|»>] | see\ also\b | also\ read\b | read\ (?:also|next)\b
    | read\ more\b(?!\ (?:about|than|widely|books)) | related(?:\ (?:article|story|news|post|coverage)s?)?\ ?[:|»>]
    | you\ (?:may|might)\ also\ (?:like|be\ interested)
    | recommended\ ?[:|»>] | (?P<word>read|watch|see|look|listen|more|also)\ ?[:|»>]
    )"""
)

# A line that asks the reader for something: consent, an account, a subscription, a click.
_BANNER = re.compile(
    r"""(?ix) ^\W*(?:(?:we|(?:this|our)\ (?:web)?site)(?:\ and\ our\ partners)?\ (?:uses?|stores?|values?)
      \ (?:\w+\ ){0,3}(?:cookies|privacy) | we\ value\ your\ privacy
      | by\ (?:clicking|continuing|using|subscribing|signing)\b.*
      \b(?:you|our|cookies|website|site|terms)\b)"""
)
_REQUEST = re.compile(
    r"""(?ix) ^\W*(?:please\ |to\ continue(?:\ reading)?,?\ (?:please\ )?|already\ (?:a\ |have\ )[^?.]{1,30}[?.]\ *)?(?:
      (?:log|sign)\ ?-?in\ (?:or|to|with|here|now|for)\b (?!\ the\ )
    | (?:create|register\ for|set\ up)\ (?:an?|your)\ (?:free\ )?account
    | (?:sign\ up|subscribe|register)\ (?:(?:to|for|now|here|today|free|and)\b.*)?
      \b(?:our|us|newsletters?|updates|alerts|here|now|today|free|inbox|account|channel|unlimited|access|digest
      |briefing)\b
    | get\ .*\b(?:in|to)\ your\ inbox | (?:follow|find|join|like)\ us\b | click\ here\b(?![,”"])
    | download\ (?:our|the)\ app\b
    | (?:enable|turn\ on)\ (?:javascript|notifications) | disable\ your\ ad | support\ our\ (?:journalism|work)
    | share\ this\b | leave\ a\ (?:reply|comment) | (?:unlimited|free)\ (?:free\ )?access\ to\b
    | (?:watch|see)\ our\b
    | manage\ (?:your\ )?(?:cookie|consent|privacy) | accept\ (?:all\ )?cookies | enter\ your\ e-?mail
    | this\ (?:article|story|content)\ is\ (?:\w+\ )?(?:for|available\ to)\ (?:our\ )?(?:paid\ )?subscribers
    | you\ have\ (?:\w+\ ){1,4}free\ articles | your\ e-?mail\ address\ will | never\ miss\ a
    | (?:thank\ you|thanks)\ for\ (?:subscribing|signing)
    )
    | \b(?:our\ (?:daily\ |weekly\ |free\ |morning\ )?newsletters?|our\ (?:telegram|viber|whatsapp|youtube|facebook)
      |follow\ us\ on|subscribe\ to\ (?:our|us)|sign\ up\ (?:for\ our|here|now))\b"""
)
# Somebody speaks: whatever he says about newsletters is news.
_REPORTED = re.compile(
    r"(?i)\b(?:said|says|told|tells|wrote|writes|added|according to|asked|announced|urged|warned|explained|noted"
    r"|reported|argued|claimed|promised|insisted|called on|he|she|they|his|her|their)\b"
)

# A heading below which a page lists other stories.
_SECTION = re.compile(
    r"""(?ix) ^\W*(?:
      (?:related|other|more|latest|similar|recommended|popular|trending|top|breaking|recent)
      \ (?:posts?|news|stories|story|articles?|topics?|content|reading|headlines|links|videos|coverage)
    | most\ (?:popular|read|viewed|commented|shared|recent) | more\ (?:from|on|in)\ (?:\S+\ ?){1,4} | popular\ now
    | you\ (?:may|might)\ (?:also\ )?(?:like|be\ interested).{0,20} | trending(?:\ now)? | recommended(?:\ for\ you)?
    | editors?['’]?s?['’]?\ (?:picks?|choice) | what\ to\ read\ next | read\ next | don['’]t\ miss
    | tags? | (?P<comments>(?:\d+\ )?comments?(?:\ \(\d+\))?
      | leave\ a\ (?:reply|comment) | join\ the\ (?:discussion|conversation))
    )\W*$"""
)
_OF_A_COMMENT = re.compile(r"(?i)^\W*(?:reply|like|report|.{0,40}\bago|.{1,40}\bsays:?|log in to reply)\W*$")

_LONGEST_LINE = 220  # characters of a line of furniture; longer ones are prose
_LONGEST_BANNER = 600
_LONGEST_BLURB = 300
_LONGEST_LIST = 200  # lines
_SENTENCE_END = re.compile(r"[.!?…][\"'”’»)\]]*(?=\s|$)")
_ENDS = re.compile(r"[.!…:;,][\"'”’»)\]]*$|[\"”»]$")
_LINK_LINE = re.compile(r"^[\s*+>|•-]*(?:(?:\[!\[[^\]]*\]\([^)]*\)\]\([^)]*\)|!?\[[^\]]*\]\([^)]*\))[\s|·•,/]*)+$")


def leftover_spans(text: str) -> Iterator[Span]:
    """Spans of whole lines that are not the article's own, in order, neighbours merged."""
    lines = [match for match in re.finditer(r"[^\r\n]+", text) if match.group().strip()]
    marked = _marked([match.group().strip() for match in lines])
    spans = [match.span() for match, is_leftover in zip(lines, marked, strict=True) if is_leftover]
    if not spans:
        return
    start, end = spans[0]
    for previous, span in pairwise(spans):
        if text[previous[1] : span[0]].strip():
            yield start, end
            start = span[0]
        end = span[1]
    yield start, end


def _marked(lines: list[str]) -> list[bool]:
    menu = _menu_length(lines)
    kinds = {line: (_is_prose(line), _section(line), _is_request(line), _is_furniture(line)) for line in set(lines)}
    prose = [kinds[line][0] for line in lines]
    sections = [kinds[line][1] for line in lines]
    requests = [kinds[line][2] for line in lines]
    marked = [number < menu or any(kinds[line][1:]) for number, line in enumerate(lines)]
    own = [number for number, line in enumerate(lines) if prose[number] and not marked[number]]
    last_own = own[-1] if own else -1
    lengths = list(accumulate(map(len, lines), initial=0))
    under_section = False
    for number, line in enumerate(lines):
        section = sections[number]
        if section:
            rest = range(number + 1, len(lines))
            small = len(rest) <= _LONGEST_LIST and lengths[-1] - lengths[number + 1] <= 0.35 * lengths[-1]
            if small and (
                _are_comments([lines[i] for i in rest]) if section["comments"] else _are_blurbs(lines, prose, rest)
            ):
                return [*marked[:number], *[True] * (len(lines) - number)]
            under_section = True
        elif requests[number]:
            # An author's box, or what else follows a request where the article has ended.
            under_section = under_section or number > last_own
        elif under_section and not marked[number]:
            # Titles of other stories. In the article's midst what ends like a sentence is the article going on.
            if prose[number] or (number < last_own and _ENDS.search(line)):
                under_section = False
            else:
                marked[number] = True
    # A file that is nothing but furniture, as far as can be told, is better searched than lost.
    return marked if not all(marked) else [False] * len(lines)


def _section(line: str) -> re.Match[str] | None:
    return _SECTION.match(line) if len(line) <= _LONGEST_LINE else None


def _is_furniture(line: str) -> bool:
    if _LINK_LINE.match(line):
        return True
    if len(line) > _LONGEST_LINE:
        return False
    teaser = _TEASER.match(line)
    if teaser and not (line.endswith(".") and (teaser["word"] or _REPORTED.search(line))):
        return True
    return bool(_FURNITURE.match(line))


def _is_request(line: str) -> bool:
    if len(line) <= _LONGEST_BANNER and _BANNER.match(line):
        return not _REPORTED.search(line)
    return len(line) <= _LONGEST_LINE and bool(_REQUEST.search(line)) and not _REPORTED.search(line)


def _is_prose(line: str) -> bool:
    """Whether some sentence of the line has at least eight words and an end."""
    position = 0
    for end in _SENTENCE_END.finditer(line):
        if len(line[position : end.start()].split()) >= 8:
            return True
        position = end.end()
    return False


def _are_blurbs(lines: list[str], prose: list[bool], rest: range) -> bool:
    """Whether the rest of a page is other stories: titles alone, or each sentence below a title, more than once.

    Two lines of prose in a row are the article going on.
    """
    blurbs = [number for number in rest if prose[number]]
    alternate = all(number - 1 in rest and not _ENDS.search(lines[number - 1]) for number in blurbs)
    return alternate and len(blurbs) >= 2 and all(len(lines[number]) < _LONGEST_BLURB for number in blurbs)


def _are_comments(rest: list[str]) -> bool:
    """Whether readers talk: a line such as "Reply" or "Ann says:" for every few lines."""
    return len(rest) > 1 and sum(bool(_OF_A_COMMENT.match(line)) for line in rest) * 5 >= len(rest)


def _menu_length(lines: list[str]) -> int:
    """How many lines at the top are a menu: at least three entries of one or two words, then something longer."""
    count = 0
    while count < len(lines) and len(lines[count].split()) <= 2 and not re.search(r"[\d.!?:,]", lines[count]):
        count += 1
    return count if count >= 3 and count < len(lines) else 0
