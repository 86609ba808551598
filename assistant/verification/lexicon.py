"""Words that decide what a sentence commits itself to: negations, opposites, modals, titles, units, the calendar.

General news English, as stems of `retrieval.words` where a word is inflected.
"""

from functools import cache

from retrieval.words import stem, terms


def _stems(words: str) -> frozenset[str]:
    return frozenset(stem(word) for word in words.split())


# What denies the words after it, up to the end of its clause.
NEGATIONS = frozenset(
    """not never no without neither nor hardly barely scarcely none nobody nothing nowhere cannot""".split()  # noqa: SIM905
)
DENIALS = _stems(
    "unlikely impossible improbable deny denies denied denying denial reject refuse refusal doubt doubtful lack absence oppose"
    " exclude unable unwilling avoid avoids avoided prevent refrain decline false untrue fail fails failed refute dismiss"
)
# These deny what was said before them where nothing of weight follows: "which Beijing denies".
REFUTING = _stems("deny denies denied denying reject refuse refute dismiss doubt unlikely impossible false untrue")

# Were made, though they be rejected.
OFFERED = _stems("offer call proposal request plan invitation attempt demand idea claim accusation report bid appeal")
REJECTING = _stems("reject refuse dismiss oppose decline rebuff")

# Either side of a line is one meaning, the other side its opposite.
_OPPOSITES = """
confirm confirmed admit acknowledge | deny denied refute
approve | block veto
accelerate speed | slow decelerate
accept welcome approve approved agree embrace endorse | reject refuse oppose rebuff disagree decline
support back favour approve praise commend welcome applaud hail | oppose condemn criticise criticize denounce blame reject undermine
increase rise rose grow grew growth expand climb soar surge raise hike gain | decrease fall fell drop decline shrink shrank reduce cut lower plunge slump
strengthen boost deepen | weaken reduce undermine
more higher greater larger bigger stronger further | less fewer lower smaller weaker
begin start launch open resume continue | stop end cease halt suspend close finish quit
likely probable possible able certain | unlikely improbable impossible unable uncertain
win won | lose lost
arrive arrival enter come came return | leave left depart departure exit withdraw
buy bought purchase import receive | sell sold sale export
allow permit authorise authorize legalise | ban forbid prohibit block bar outlaw
before ahead prior earlier ago | after following later since
first | last
best | worst
friendly ally allied friend partner | hostile enemy foe rival adversary
open openly public publicly | secret secretly covert covertly quietly
hire employ recruit appoint | fire sack dismiss
lift ease relax | impose tighten
born birth | died die death dead
above over | below under
cheap cheaper | expensive dear
always | never
early | late
many most | few
major huge large big | minor small little tiny
most | least
largest biggest highest longest | smallest lowest shortest
high | low
long | short
same identical | different
young | old
new modern recent | old ancient former
rich wealthy | poor
hot warm | cold cool
true | false
male | female
important significant crucial key dominant | unimportant insignificant trivial marginal irrelevant
safe secure | dangerous unsafe risky
guilty | innocent
success | failure
north northern | south southern
east eastern | west western
optimistic hopeful confident | pessimistic sceptical skeptical doubtful worried
remember | forget
love like | hate dislike
legal lawful | illegal unlawful
join | leave quit
build built construct | destroy demolish
attack | defend
independent | dependent
military | civilian
private | public
succeed success successful successfully | fail failure failed unsuccessful defeat
benefit profit gain | suffer
retain keep maintain preserve hold continue | abandon relinquish discard drop
criticize attack condemn | defend praise
contest dispute challenge contradict | support accept endorse back agree confirm
halt stop suspend end cancel terminate | continue proceed resume
lift end repeal abolish | uphold upheld maintain impose introduce
eliminate abolish remove destroy end ruin | keep retain preserve save protect
badly poorly | well
good | bad
better | worse
needed necessary required essential | unnecessary unneeded needless superfluous redundant
need require | lack
acquit clear exonerate absolve | blame accuse convict responsible guilty
spare survive live save rescue | kill die perish murder slay
satisfied pleased glad happy content delighted | angered angry dissatisfied unhappy displeased upset furious disappointed
ample abundant plentiful sufficient enough | insufficient scant little lack inadequate scarce
grant give award | deny withhold refuse
suppress suppression end abolish curb limit restrict | extend expand promote encourage spread
quickly fast rapidly swiftly quick rapid swift | slowly slow gradually gradual
indifferent unconcerned | particular concerned keen
friendship peace friendly | war hostility enmity
unite united unity | divide divided split
include contain | exclude omit
remain stay | leave depart go
appear emerge arise | disappear vanish
create establish found form set | destroy dissolve abolish disband
add | remove subtract
hide conceal | reveal disclose show expose
win victory triumph beat | lose loss defeat
advantage advantageous asset benefit favourable | disadvantage disadvantageous drawback unfavourable harm
advance attack | retreat withdraw
maximum | minimum
rare rarely seldom uncommon | common often frequently usual
strong strongly | weak weakly
heavy heavily | light lightly
full | empty
present presence | absent absence
wide widely broad | narrow
upper top | lower bottom
push | pull
import | export
enter entry | exit
employment employed | unemployment unemployed jobless
temporary temporarily | permanent permanently
voluntary voluntarily freely | compulsory forced mandatory duress pressure
trust confidence | distrust mistrust
encourage urge | discourage deter dissuade
help aid assist | hinder hamper hurt harm obstruct
repair fix mend | damage break
free freed release | arrest imprison jail detain hold capture
elect elected | defeated
known famous | unknown obscure
simple easy easily | complex complicated difficult hard
natural | artificial
real genuine true | fake false
local | foreign
urban | rural
attract draw | repel deter
separate separately | together jointly
same equal equally | different unequal
praise credit | blame
optimism hope | pessimism despair
worsen deteriorate | improve
shorten | lengthen extend
appoint hire | dismiss fire
marry married | divorce divorced
inside within | outside
into | out
up upward upwards | down downward downwards
forward | backward
dominate lead | trail follow
smaller less | larger more
easier | harder
commoner | rarer
most majority | few minority
approve pass adopt enact | reject block defeat veto
honour keep | break violate
begin beginning start | end finish
oldest eldest | youngest newest
increasingly more | decreasingly less
comply complied obey submit submitted yield | defy resist oppose disobey flout
"""


@cache  # a thousand stems: not at import
def opposites() -> dict[str, list[tuple[frozenset[str], frozenset[str]]]]:
    """For each stem its sides: the words that mean as much, and their opposites."""
    found: dict[str, list[tuple[frozenset[str], frozenset[str]]]] = {}
    for line in _OPPOSITES.strip().splitlines():
        one, other = map(_stems, line.split("|"))
        for side, opposite in ((one, other), (other, one)):
            for each in side:
                found.setdefault(each, []).append((side, opposite))
    return found


# Turned about with what stands on their sides, these say the same.
RELATIONS = frozenset(
    [
        "before",
        "after",
        "since",
        "until",
        "prior",
        "earlier",
        "later",
        "following",
        "above",
        "below",
        "over",
        "under",
        "ahead",
        "behind",
    ]
)
# One of each line excludes the others.
_EXCLUSIVE = """
morning afternoon evening night
spring summer autumn winter
hour minute day week month
daily weekly monthly yearly
child adult
man woman
boy girl
son daughter wife husband brother sister mother father
gold silver bronze
"""
EXCLUSIVE: tuple[frozenset[str], ...] = tuple(_stems(line) for line in _EXCLUSIVE.strip().splitlines())
NEGATING_PREFIXES = ("un", "in", "im", "dis", "non", "ir", "il", "de", "mis")

# Of likeness, though their stems are those of likelihood.
LIKENESS = frozenset({"like", "unlike", "alike"})

# How far a clause commits itself to its verb: 3 it is so, 2 it is to be, 1 it may be.
FACT, PLANNED, POSSIBLE = 3, 2, 1
POSSIBLY = frozenset("may might could perhaps possibly maybe reportedly allegedly supposedly if whether should".split())  # noqa: SIM905
POSSIBLE_STEMS = _stems(
    "consider considering contemplate mull weigh ponder possible possibility potential potentially suspect fear hope want wish propose proposal suggest urge"
    " allege alleged accuse accused try attempt seek aim rumour threaten risk option prospect"
)
WILL = frozenset("will shall would can".split())  # noqa: SIM905
PLANNED_STEMS = _stems(
    "expect expected intend intention prepare likely probably promise pledge vow schedule scheduled willing ready hopes"
)
# Only with the word after them.
BEFORE_TO = {
    **dict.fromkeys(_stems("plan set due going agree ready about supposed tend"), PLANNED),
    **dict.fromkeys(_stems("call ask demand appeal like"), POSSIBLE),
}
DEMANDING = _stems("demand insist urge propose recommend request suggest ask")
# Of what somebody says or thinks: a statement that tells so too says no more.
ATTITUDES = _stems("suggest propose accuse allege suspect fear rumour hope call believe")
AUXILIARIES = frozenset(
    """be is are was were been being am has have had having do does did doing done will would shall should may might
    can could must 's 're 've 'll also still now already then even just only ever currently recently largely
    strongly repeatedly later again soon first to start starts started begin begins began stop stops stopped""".split()  # noqa: SIM905 - a list of this length reads better as prose
)
PAST_AUXILIARIES = frozenset("was were had has have been did".split())  # noqa: SIM905
IRREGULAR_PAST = frozenset(
    """met held took gave went came made said told sold sent bought brought built began became broke chose drew drove fell
    found fought flew got grew kept knew left lost led paid put ran rose saw sought shot spent spoke stood struck taught
    thought threw understood won wrote""".split()  # noqa: SIM905 - a list of this length reads better as prose
)

# Begin sentences, also before a name, and are none.
OPENERS = frozenset(
    """according although meanwhile despite neither both yesterday today tomorrow still yet since unlike like last next earlier later
    around within among even another many several two three four five around along besides beyond during throughout including
    given instead nevertheless nonetheless otherwise perhaps maybe rather whereas whether without former fellow late new old
    one no every most much such some any each few all thus hence""".split()  # noqa: SIM905 - a list of this length reads better as prose
)

# Stand before a name and are no part of it.
# People who speak without a name.
DESCRIPTIONS = _stems(
    "expert analyst specialist adviser member critic scholar writer group people government party company committee historian"
    " advisor scientist professor diplomat spokesman spokeswoman spokesperson official author researcher economist politician"
    " ambassador lawyer activist resident witness director minister president leader"
)
MONTHS = {
    name: number
    for number, name in enumerate(
        "january february march april may june july august september october november december".split(),  # noqa: SIM905
        start=1,
    )
}
_SHORT_MONTHS = {name[:3]: number for name, number in MONTHS.items() if name != "may"} | {"sept": 9}
MONTHS_AND_SHORT = MONTHS | _SHORT_MONTHS
WEEKDAYS = tuple("monday tuesday wednesday thursday friday saturday sunday".split())  # noqa: SIM905
CALENDAR = frozenset(MONTHS) | frozenset(WEEKDAYS)

# Words of telling and of little weight: they say nothing of what a statement is about.
LIGHT = frozenset(
    terms(
        "say tell think believe claim call describe according opinion view comment argue explain note add report announce state stress emphasise"
        " article quote one two use make take get go come include become remain seem appear part way also whole sure however"
    )
)
# Between a word and the name that it governs.
PREPOSITIONS = frozenset("to from in by against with on of for at into over towards toward near".split())  # noqa: SIM905
# The doer of these stands after "from".
RECEIVING = _stems("receive get buy obtain accept take hear learn borrow gain acquire inherit")
# Nobody is the doer here, or both are: turned round they say the same.
MUTUAL = _stems(
    "meet met meeting talk talks discuss sign share cooperate cooperation negotiate agree agreement relation relations ties partnership alliance partner ally marry"
    " friend friendship war conflict trade border join between differ compare equal same call phone conversation speak dialogue summit visit"
    " shake hands exchange neighbour"
) - _stems("visit")
