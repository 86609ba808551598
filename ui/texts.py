"""Every word the page shows. Another language is another such module."""

LANGUAGE = "en"
TITLE = "Dateline"
TAGLINE = "Answers that point at the articles’ own words"

# Asking
QUESTION_LABEL = "Your question"
QUESTION_PLACEHOLDER = "Ask the articles…"
SEND = "Send"
STOP = "Stop"
NEW_CHAT = "New chat"
EMPTY_HEADING = "What would you like to know?"
EMPTY_HINT = "Every statement of an answer points at the exact words in a named article."
EXAMPLES = "For example"
NO_ARTICLES = "The folder holds no articles yet: add .txt, .md or .html files and start again."
SCOPE = "Asking only"

# While an answer is made
SEARCHING = "Searching the articles…"
WRITING = "Writing from the passages…"
CHECKING = "Checking each statement…"
ANSWER_READY = "Answer ready"
STOPPED = "Stopped before there was an answer."
STOPPED_PARTLY = "Stopped: there may be more in the articles."

# The answer
CONVERSATION = "Conversation"
YOU = "You asked"
PARTLY = "Partly answered"
NOT_IN_ARTICLES = "Not in the articles"
MISSING = "Nothing was found in the articles about:"
ABSTAINED_HINT = "No words in them answer this question."
NEAREST = "The nearest thing that they do say, which is no answer to your question:"
SEARCHED_AS = "Searched as"
ASSUMED = "Assumed"
UNVERIFIED = "Could not verify"
UNVERIFIED_HINT = "Left out of the answer because no quoted words bear it out."
UNUSED = "Found but not used"
GO_ON = "You could ask next"

# What can be done with it
ACTIONS = "About this answer"
COPY = "Copy"
COPIED = "Copied, with footnotes"
REGENERATE = "Ask again"
COPY_LINK = "Copy link"
LINK_COPIED = "Link copied: it opens this page and asks the question"
WRONG = "Wrong?"
WRONG_NOTE = "What is wrong with it? (optional)"
WRONG_HINT = "The question, the answer and your note are kept on this server."
WRONG_SEND = "Send"
FEEDBACK_OFF = "This page keeps no notes: its settings name no file for them."
WRONG_KEPT = "Thank you. It is kept."
CANCEL = "Cancel"

# Conversations
CONVERSATIONS = "History"
CONVERSATIONS_HINT = "Kept in this browser only."
NO_CONVERSATIONS = "None yet."
DELETE = "Delete"
DELETED = "Conversation deleted"
DOWNLOAD = "Download this conversation"
FORGOTTEN = "The browser’s room for conversations was full: the oldest was dropped."
UNREADABLE = "What was kept of this answer cannot be read. Ask again."
NOT_KEPT = "This browser keeps no conversations: they are gone with the page."
THEME = "Light or dark"

# Reading
READING = "Articles and sources"
CLOSE = "Close"
ALL_ARTICLES = "← All articles"
ONLY_THIS = "Ask about this article only"
NOT_ONLY_THIS = "Ask about all articles"
QUOTES = "Quotes of this answer"
LEFTOVERS = "Dimmed: what the web page left behind, which is not searched."
CHANGED = "This article has changed since the answer was given; words that are no longer in it are not marked."
EARLIER_PART = "Show the part before"
LATER_PART = "Show the part after"
GONE = "This article is no longer here."

# The list of articles
ARTICLES = "Articles"
SEARCH_ARTICLES = "Search the articles"
NONE_FOUND = "No article has these words."
ASK_ONLY = "Ask only this article"
ONLY_HINT = "Tick articles to ask only those."
SKIPPED = "Files that were skipped"
ADD = "Add articles"
ADD_HINT = "or drop .txt, .md or .html files anywhere; only you see them"
ADD_HINT_ALL = "or drop .txt, .md or .html files anywhere; every reader sees them"
ADDING = "Adding"
ADDED = "Added"
REFUSED = "Not added"
REMOVE = "Remove"
REMOVED = "Removed"
DROP_HERE = "Drop to add to the articles"

# What goes wrong
BUSY = "Busy: too many questions are waiting. Please try again in a moment."
NO_QUESTION = "No question came: expected an object of JSON with a question."
NO_ANSWER = "No answer came. Your conversation is kept; ask again."
FAILED = "This question could not be answered because of a fault in the program; its log says more."
LOST = "The server cannot be reached. Your conversation is kept; try again in a moment."
NOT_DONE = "That did not work. Please try again."
UNKNOWN_HOST = "This page answers at 127.0.0.1, localhost and the names in DATELINE_HOSTS only."
FOREIGN_ORIGIN = "Another site may not use this page."
NOT_SERVED = "This page takes no uploads and fetches no files."
NOT_FOUND = "Not found."
TOO_LARGE = "Too large."
LOGIN = "This page asks for a user name and password."

API_ASK = "Answer a question about the articles."
API_STREAM = "Answer a question, each statement as soon as it stands, at last the whole answer."
API_ARTICLES = "The articles: file, title and length in characters of each."
API_QUESTION = "what you want to know"
API_HISTORY = "messages of the conversation before it"
API_FILES = "articles to look in, named as /articles does; none: all of them"
API_ANSWER = (
    "outcome, text, statements, the exact words that they cite by file and place, what was retrieved, what was left out"
)
API_EVENT = "statement with the citations that it brings along, or, as the last, answer"

EXAMPLE_QUESTIONS = {
    "000_02acd30f241aa87e.txt": "What did Kashin say about arms deliveries?",
    "001_6cc9de1a86de204c.txt": "Why does neither Russia nor China extradite Putin to The Hague?",
    "003_952f5f0153c31d6f.txt": "Why did Putin travel to China in October?",
    "004_f0604eb540a79818.txt": "What will Xi and Putin sign in Moscow?",
}
"""A question for each of the project's own five articles but one, shown first once it was checked; other folders' questions
are all drafted."""


def marker(number: int) -> str:
    """What a citation's chip says; the nearest thing to an answer has the number 0."""
    return f"[{number}]" if number else "[source]"


def article_count(count: int) -> str:
    return "1 article" if count == 1 else f"{count:,} articles"


def answered_from(count: int) -> str:
    return f"Answered from {article_count(count)}"


def reading_passages(count: int) -> str:
    return "Reading 1 passage…" if count == 1 else f"Reading {count} passages…"


def length_of(characters: int, left: int = 0) -> str:
    beside = f", {left:,} of them the web page’s own (not searched)" if left else ""
    return f"{characters:,} characters{beside}"


def corpus_holds(count: int) -> str:
    return f"There are {article_count(count)}." if count != 1 else "There is 1 article."


def and_more(count: int) -> str:
    return f"and {count:,} more"


def narrow_the_search(count: int) -> str:
    return f"and {count:,} more: search to find them"


def source_label(number: int, file: str) -> str:
    return f"{marker(number)} source in {file}"


def count_of(label: str, count: int) -> str:
    return f"{label} ({count})"


def not_followed(reason: str) -> str:
    return f"the articles stay as they were: {reason}"


def port_in_use(port: int) -> str:
    return f"port {port} is in use: name another with --port, or none to take the next free one"


def port_unusable(port: int, reason: str) -> str:
    return f"port {port} cannot be used ({reason}): name one from 1024 to 65535"


def auth_malformed() -> str:
    return "setting 'auth' must be user:password, both non-empty"


def ready(address: str) -> str:
    return f"{TITLE}: {address}"


# Articles that readers add
UPLOADS_OFF = "Articles cannot be added to this page."
UPLOADS_FULL = "There is no room for more articles at the moment. Please try again later."
UPLOADS_BUSY = "Too many articles are being added. Please try again in a moment."
ENDED = "The page is being closed."
UPLOAD_FAILED = "It could not be added because of a fault in the program; its log says more."
UPLOAD_LEFTOVERS = "nothing in it but what a web page leaves around an article"
UPLOAD_SLOW = "It took too long to arrive. Please try again."
UPLOAD_SUFFIX = "not a .txt, .md or .html file"
NO_READER = "Your browser sent no cookie of this page, which tells your articles from others’: allow it and reload."
NOT_YOURS = "That article is not among those that you added."


def upload_too_large(most: int) -> str:
    return f"too large: at most {most:,} bytes"


def uploads_at_most(most: int) -> str:
    return f"{article_count(most)} added already, which is the most: remove one first"


def uploaded_twice(file: str) -> str:
    return f"it is there already, as {file}"


def for_the_browser() -> dict[str, str]:
    """The words that scripts of the page show, by name."""
    return {name: value for name, value in globals().items() if name.isupper() and isinstance(value, str)}
