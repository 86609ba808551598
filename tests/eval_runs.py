"""Runs of a few cases that the tests of the report's page show."""

from eval_fakes import ARTICLES, CATS, HOW_OFTEN, RIGHT, SAT, WHERE, WHO, abstention, checked, quoting, record

from evals.record import Record

HOSTILE = "</script><script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\"><!--\u2028&amp;{{7*7}}"
BLACK = "It was black."


def run() -> Record:
    """Failed: a fact is missing beside a right quote, and one hostile text; held: the dog and a refusal."""
    missing = checked(0, quoting(WHERE, (CATS, SAT), (CATS, BLACK)), facts=[["on the mat"], ["leave"]], why="two facts")
    hostile = checked(2, quoting(HOSTILE, (CATS, BLACK), notice=HOSTILE), question=HOSTILE, why=HOSTILE, part="tuning")
    history = [{"role": "user", "content": "Dogs?"}]
    dog = checked(1, RIGHT[HOW_OFTEN], history=history, milliseconds=20, quotes=[["dog barked 130"]])
    return record(missing, hostile, dog, checked(2, RIGHT[WHO]), articles=ARTICLES)


def baseline() -> Record:
    """The cat was found, the dog was not."""
    return record(
        checked(0, RIGHT[WHERE], facts=[["on the mat"]]),
        checked(1, abstention(HOW_OFTEN), history=[{"role": "user", "content": "Dogs?"}]),
        articles=ARTICLES,
    )
