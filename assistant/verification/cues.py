"""Words that leave open, make sure of or deny what is said around them, as patterns over a text."""

import re

# By which a statement is made less sure than its quotes; the first kind may come true, the second may be so already.
INTENDING = re.compile(
    r"\b(?:plan(?:s|ned|ning)?|intend(?:s|ed|ing)?|hop(?:e|es|ed|ing)|want(?:s|ed|ing)?|wish(?:es|ed)?|aim(?:s|ed|ing)?|meant|expect(?:s|ed)?|due|set|seek(?:s|ing)?|sought|tr(?:y|ies|ied|ying)|attempt(?:s|ed|ing)?|(?:is|are|was|were|likely|about|ready|preparing|prepared|proposes|proposed|promised|promises|pledged|vowed|going))\s(?:also\s|soon\s)?to\b"
    r"|\b(?:consider(?:s|ed|ing)?|mull(?:s|ed|ing)?|contemplat(?:es|ed|ing)|weigh(?:s|ed|ing)|ponder(?:s|ed|ing)?|discuss(?:es|ed|ing))\s(?:whether|if|a\b|an\b|the\b|\w+ing\b)"
    r"|\b(?:thinking\s(?:of|about)|wonder(?:s|ed|ing)?\s(?:if|whether)|candidates?\sfor|in\scontention|will|hopes\sfor|proposal\s(?:to|would))\b"
)
DOUBTING = re.compile(
    r"\b(?:may|might|could|perhaps|possibly|maybe|probably|likely|reportedly|allegedly|supposedly|apparently)\b(?!\snot\b)"
)
# What leaves open whether it is so, in any way: quotes with one of these are not outdone by a weaker statement.
OPEN = re.compile(
    r"\b(?:may|might|can|could|would|will|shall|should|must|perhaps|possibly|maybe|probabl\w*|likel\w*|unlikely|if|whether|unless|plan(?:s|ned|ning)?|inten[dt]\w*|propos\w*|hop(?:e|es|ed|ing)|want\w*|wish\w*|seek\w*|sought|aim\w*"
    r"|expect\w*|consider\w*|due|to\sbe|(?:is|are|was|were|set|going|about|ready)\sto|prepar\w*|promis\w*|pledg\w*|vow\w*|threat\w*|risk\w*|chances?|potential\w*|possib\w*|predict\w*|forecast\w*|project(?:s|ed|ions?)"
    r"|envision\w*|futur\w*|soon|tomorrow|ask(?:s|ed)|request\w*|call(?:s|ed|ing)\sfor|urg\w*|demand\w*|suggest\w*|suspect\w*|fear\w*|doubt\w*|alleg\w*|reported(?:ly)?|believ\w*|think\w*|thought|accus\w*"
    r"|attempt\w*|tr(?:y|ies|ied|ying)|candidates?|seem\w*|appear(?:s|ed)?\sto|able|capab\w*|allow\w*|enabl\w*|supposed\w*|said\sto|ready|willing|agree[sd]?\sto|decid\w*|about\sto|under\sinvestigation|need\w*)\b",
    re.IGNORECASE,
)
CERTAIN = re.compile(
    r"\b(?:prov(?:e[sdn]?|ing)|proof|settled|certain(?:ly)?|definite(?:ly)?|undoubtedly|no\sdoubt|confirm(?:s|ed|ing)?|establish(?:es|ed)?\sthat|convicted|demonstrat(?:es|ed)|surely|found\sthat|knows?\sthat|beyond|guarantee[sd]?|undisputed|it\sis\sa\sfact|indeed)\b",
    re.IGNORECASE,
)
UNCERTAIN = re.compile(
    r"\b(?:may|might|could|perhaps|possibly|probabl\w*|likel\w*|unlikely|support(?:s|ed)|suggest\w*|suspect\w*|alleg\w*|charged|apparently|believ\w*|think\w*|thought|consider\w*|accus\w*|claim\w*|reported(?:ly)?|seem\w*|appear\w*|indicat\w*|hop(?:e|es|ed)|fear\w*|presum\w*|suppos\w*|if|whether|would|argu\w*)\b",
    re.IGNORECASE,
)
# Any of these may deny in its own way what another text denies with "not".
_NEGATIVE = (
    r"not|no|never|none|nobody|nothing|neither|nor|without|cannot|hardly|barely|scarcely|too|few|fewer|less|(?<!at\s)least|reject\w*|den(?:y|ies|ied|ial)|refus\w*|fail\w*|lack\w*|except|unless|instead|rather|stop\w*|end(?:s|ed|ing)?\sof"
    r"|halt\w*|ceas\w*|oppos\w*|against|prevent\w*|avoid\w*|bann?(?:ed|s|ing)?|unlikely|\w*n['’]t|refut\w*|dismiss\w*|exclud\w*|forbid\w*|forbade|prohibit\w*|outlaw\w*|block\w*|doubt\w*"
    r"|misnomer|false|wrong\w*|absen\w*|missing|impossible|un(?!der|til|ion|ited|ite|it|iver|less|i)[a-z]{4,}|\w{3,}less|in(?:sufficient|ability|effective|eligible|capable|visible|complete|valid)"
    r"|(?:dis(?!t|c|p|ea)|im(?:poss|mobil|prob)|il(?:leg|lic)|ir(?:rel|reg))[a-z]{3,}|want\sof|r[ua]n(?:ning)?\sout|exempt\w*|escap\w*"
)
NEGATIVE = re.compile(rf"\b(?:{_NEGATIVE})\b", re.IGNORECASE)
# Beside "not" on the other side: what is first was not so before, what is free to go is not held.
IMPLYING_NOT = re.compile(
    rf"\b(?:{_NEGATIVE}|first|only|last|alone|regardless|although|though|retain\w*|still|despite|yet|relatively\slow|than)\b",
    re.IGNORECASE,
)
