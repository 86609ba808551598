"""A question as it was typed, made fit for answering."""

from retrieval.errors import DatelineError


def checked(question: str, *, longest: int) -> str:
    """The question without control characters and lone surrogates.

    Raises:
        DatelineError: it is no string, has no word in it, or is longer than `longest` characters.
    """
    if not isinstance(question, str):
        raise DatelineError(f"the question is of type {type(question).__name__}: expected a string")
    if len(question) > longest:
        raise DatelineError(
            f"the question has {len(question):,} characters: at most {longest:,} are read, ask a shorter one"
        )
    text = question.encode("utf-8", "ignore").decode("utf-8")
    text = " ".join("".join(character if character.isprintable() else " " for character in text).split())
    if not any(character.isalnum() for character in text):
        raise DatelineError("the question is empty: ask something, such as “Who met whom in March?”")
    return text
