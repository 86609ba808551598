"""The one error a caller of Dateline needs to catch."""


class DatelineError(Exception):
    """One line for a person: what came, what was expected, what to do.

    The command line prints it and exits with 2; the page shows it in place of an answer.
    """


def one_line(error: BaseException) -> str:
    """The message of any exception on a single line, with its type where the message alone says little."""
    message = " ".join(str(error).split())
    return (
        message if isinstance(error, DatelineError) and message else f"{type(error).__name__}: {message}".rstrip(": ")
    )
