"""Every word the page shows. Another language is another such module."""

LANGUAGE = "en"
TITLE = "Dateline"
TAGLINE = "Answers that point at the articles’ own words"

QUESTION_LABEL = "Your question"
QUESTION_PLACEHOLDER = "Ask the articles…"
SEND = "Send"
NEW_CHAT = "New chat"

CONVERSATION = "Conversation"
YOU = "You asked"
ANSWER = "Answer"
SEARCHING = "Searching the articles…"
CHECKING = "Checking…"
ANSWER_READY = "Answer ready"

EMPTY_HEADING = "What would you like to know?"
EMPTY_HINT = "Every statement of an answer points at the exact words in a named article."
EXAMPLES = "For example"
NO_ARTICLES = "The folder holds no articles yet: add .txt, .md or .html files and start again."

SEARCHED_AS = "Searched as"
ASSUMED = "Assumed"
UNVERIFIED = "Could not verify"
UNVERIFIED_HINT = "Left out of the answer because no quoted words bear it out."

ABSTAINED_HINT = "No words in them answer this question."

SOURCES = "Sources"
SOURCES_EMPTY = "The quoted words appear here, marked in their article, as soon as there is an answer."
SOURCES_NONE = "No words of the articles are cited for this question."
SOURCES_WAITING = "Looking…"
SOURCES_OF = "Sources of"
BACK_TO_ANSWER = "Back to the answer"
CHANGED = "The article has changed since it was indexed; these are the words as they were."
RETRIEVED = "Found but not cited"
RETRIEVED_NONE_CITED = "What the search came upon"

ARTICLES = "The articles"
SKIPPED = "Files that were skipped"

BUSY = "Busy: too many questions are waiting. Please try again in a moment."
FAILED = "This question could not be answered because of a fault in the program; its log says more."
UNKNOWN_HOST = "This page answers at 127.0.0.1 and localhost only."
FOREIGN_ORIGIN = "Another site may not use this page."
NOT_SERVED = "This page takes no uploads and fetches no files."
NOT_FOUND = "Not found."
TOO_LARGE = "Too large."
LOGIN = "This page asks for a user name and password."

SEED_QUESTIONS = {
    "000_02acd30f241aa87e.txt": "What did Kashin say about arms deliveries?",
    "001_6cc9de1a86de204c.txt": "Why does neither Russia nor China extradite Putin to The Hague?",
    "003_952f5f0153c31d6f.txt": "Why did Putin travel to China in October?",
    "004_f0604eb540a79818.txt": "What will Xi and Putin sign in Moscow?",
}
"""A question that each of the project's own five articles answers; others' folders have none."""


def article_count(count: int) -> str:
    return "1 article" if count == 1 else f"{count:,} articles"


def corpus_holds(count: int) -> str:
    return f"The folder holds {article_count(count)}:"


def and_more(count: int) -> str:
    return f"and {count:,} more"


def source_label(number: int, file: str) -> str:
    return f"[{number}] source in {file}"


def count_of(label: str, count: int) -> str:
    return f"{label} ({count})"


def port_in_use(port: int) -> str:
    return f"port {port} is in use: name another with --port, or none to take the next free one"


def port_unusable(port: int, reason: str) -> str:
    return f"port {port} cannot be used ({reason}): name one from 1024 to 65535"


def auth_malformed() -> str:
    return "setting 'auth' must be user:password, both non-empty"


def ready(address: str) -> str:
    return f"{TITLE}: {address}"
