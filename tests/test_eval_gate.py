"""The gate passes an assistant that answers right, and fails each way of being wrong."""

import dataclasses
import json
import re
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from types import TracebackType
from typing import Self

import pytest
from rich.console import Console

import assistant.assistant as chain
from assistant.answer import Answer, Citation, Statement
from assistant.settings import Settings
from evals import suite
from evals.cases import CASES, Case, load_cases
from evals.gate import gates
from evals.originals import Originals
from evals.report import print_report, share, to_dict, write_json
from evals.results import CaseResult, Results, judge, run
from evals.wording import says
from retrieval.errors import DatelineError

SEEDS = Path(__file__).parent.parent / "seeds"
ARMS = "000_02acd30f241aa87e.txt"
KASHIN = "What did Kashin say about arms deliveries?"


@pytest.fixture(scope="module")
def cases() -> tuple[Case, ...]:
    return load_cases(CASES, SEEDS)


def abstention(question: str) -> Answer:
    return Answer(question, "not_in_articles")


def quoting(question: str, *quotes: tuple[str, str]) -> Answer:
    """An answer that quotes each (file, words) from where it stands."""
    citations = []
    for number, (file, words) in enumerate(quotes, start=1):
        start = (SEEDS / file).read_bytes().decode().index(words)
        citations.append(Citation(number, file, start, start + len(words), words))
    return Answer(question, "answered", tuple(Statement(c.quote, (c.number,)) for c in citations), tuple(citations))


class Oracle:
    """Knows the cases: quotes the line of each fact and of the speaker, and abstains where the articles do not say."""

    def __init__(self, cases: tuple[Case, ...]) -> None:
        self.cases = {(case.question, len(case.history)): case for case in cases}

    def ask(self, question: str, *, history: list[dict[str, str]]) -> Answer:
        case = self.cases[question, len(history)]
        if not case.answerable:
            return abstention(question)
        quotes = [line for wordings in (*case.facts, case.speaker) if wordings for line in [self.line(case, wordings)]]
        return quoting(question, *dict.fromkeys(quotes))

    def line(self, case: Case, wordings: tuple[str, ...]) -> tuple[str, str]:
        """The shortest sentence-like piece of an allowed file with one of the wordings and nothing forbidden."""
        pieces = [
            (file, piece)
            for file in case.files
            for piece in re.split(r"(?<=[.!?”])\s+|[\r\n]+", (SEEDS / file).read_bytes().decode())
        ]
        return min(
            (
                (file, piece)
                for file, piece in pieces
                if any(says(piece, wording) for wording in wordings)
                and not any(says(piece, word) for word in case.forbidden)
            ),
            key=lambda found: len(found[1]),
        )


class Altered(Oracle):
    """The oracle with every answer changed."""

    def __init__(self, cases: tuple[Case, ...], change: Callable[[Answer], Answer]) -> None:
        super().__init__(cases)
        self.change = change

    def ask(self, question: str, *, history: list[dict[str, str]]) -> Answer:
        return self.change(super().ask(question, history=history))


def missed(results: Results) -> set[str]:
    return {gate.name for gate in gates(results) if not gate.passed}


def with_citations(answer: Answer, change: Callable[[Citation], Citation]) -> Answer:
    return dataclasses.replace(answer, citations=tuple(map(change, answer.citations)))


def test_the_oracle_passes_every_gate_and_holds_every_case(cases: tuple[Case, ...]) -> None:
    results = run(Oracle(cases), cases, corpus=SEEDS)
    assert [result.problems for result in results.cases if not result.holds] == []
    assert missed(results) == set()
    assert {gate.figure for gate in gates(results)} == {1.0}
    assert results.wrongful_abstention() == 0.0


def test_always_abstaining_misses_the_gate(cases: tuple[Case, ...]) -> None:
    results = run(Altered(cases, lambda answer: abstention(answer.question)), cases, corpus=SEEDS)
    assert missed(results) == {"cases that must hold", "fact recall", "abstention precision"}
    assert results.abstention_recall() == results.wrongful_abstention() == 1.0
    assert results.abstention_precision() == len(results.unanswerable) / len(results.cases)
    assert results.citation_file_precision() is None


def test_never_abstaining_misses_the_gate(cases: tuple[Case, ...]) -> None:
    answer_anyway = quoting("", (ARMS, "Strengthen cooperation"))
    change = lambda answer: answer_anyway if answer.abstained else answer  # noqa: E731
    results = run(Altered(cases, change), cases, corpus=SEEDS)
    assert missed(results) == {"abstention recall"}
    assert results.abstention_precision() is None
    assert results.citation_file_precision() == 1.0


def test_citing_a_wrong_file_misses_the_gate(cases: tuple[Case, ...]) -> None:
    def also_cite_the_chocolate(answer: Answer) -> Answer:
        if answer.abstained:
            return answer
        line = ("003_952f5f0153c31d6f.txt", "This is how it will reveal its best flavors")
        return dataclasses.replace(answer, citations=(*answer.citations, *quoting("", line).citations))

    results = run(Altered(cases, also_cite_the_chocolate), cases, corpus=SEEDS)
    assert missed(results) == {"cases that must hold", "citation-file precision"}
    assert results.verbatim_rate() == 1.0


def test_an_invented_quote_misses_the_gate(cases: tuple[Case, ...]) -> None:
    def invent(answer: Answer) -> Answer:
        return with_citations(answer, lambda citation: dataclasses.replace(citation, quote=citation.quote + "!"))

    results = run(Altered(cases, invent), cases, corpus=SEEDS)
    assert missed(results) == {"cases that must hold", "verbatim quotes"}
    assert results.verbatim_rate() == 0.0


def test_one_quote_off_by_one_misses_the_gate(cases: tuple[Case, ...]) -> None:
    last = [case for case in cases if case.answerable][-1].question

    def shift(answer: Answer) -> Answer:
        if answer.question != last:
            return answer
        return with_citations(
            answer, lambda citation: dataclasses.replace(citation, start=citation.start + 1, end=citation.end + 1)
        )

    assert missed(run(Altered(cases, shift), cases, corpus=SEEDS)) == {"verbatim quotes"}


def test_a_lost_fact_fails_its_whole_case(cases: tuple[Case, ...]) -> None:
    results = run(Altered(cases, drop_last_statement), cases, corpus=SEEDS)
    assert "fact recall" in missed(results)
    mean, by_case = results.mean_fact_recall(), results.fact_recall()
    assert mean is not None
    assert by_case is not None
    assert mean > by_case


def drop_last_statement(answer: Answer) -> Answer:
    return dataclasses.replace(answer, statements=answer.statements[:-1], citations=answer.citations[:-1])


def judged(answer: Answer, case: Case) -> CaseResult:
    return judge(case, answer, Originals(SEEDS))


def kashin(cases: tuple[Case, ...]) -> Case:
    return next(case for case in cases if case.question == KASHIN)


def test_problems_name_what_is_missing_and_what_may_not_be_cited(cases: tuple[Case, ...]) -> None:
    answer = quoting(
        KASHIN,
        (ARMS, "which obviously could suffer if it starts supplying Russia with lethal weapons"),
        ("004_f0604eb540a79818.txt", "said the “economic agenda” is a dominant issue for Russia"),
    )
    assert judged(answer, kashin(cases)).problems == (
        "missing 'all possible support' or 'some things are possible and others are not'",
        "missing 'deteriorate too quickly' or 'holding back'",
        "speaker not named: 'Kashin'",
        "forbidden 'economic agenda'",
        "may not cite 004_f0604eb540a79818.txt",
    )


def test_what_an_answer_quotes_is_counted(cases: tuple[Case, ...]) -> None:
    twelve = judged(quoting(KASHIN, (ARMS, "Chinese"), (ARMS, "Xi Ji")), kashin(cases))
    results = Results((twelve, judged(abstention(KASHIN), kashin(cases))))
    assert results.quoted_characters(50) == results.quoted_characters(95) == 12
    assert "characters quoted by an answer: median 12, p95 12" in shown(results)


def test_a_forbidden_word_spoils_an_answer_that_states_every_fact(cases: tuple[Case, ...]) -> None:
    good = Oracle(cases).ask(KASHIN, history=[])
    assert judged(good, kashin(cases)).states_the_facts
    spoilt = dataclasses.replace(good, statements=(*good.statements, Statement("An economic agenda.", (1,))))
    assert not judged(spoilt, kashin(cases)).states_the_facts
    assert judged(spoilt, kashin(cases)).problems == ("forbidden 'economic agenda'",)


def test_a_single_quote_that_is_not_verbatim_misses_the_gate_however_many_there_are() -> None:
    (verbatim,) = [gate for gate in gates(Results(())) if gate.name == "verbatim quotes"]
    assert not dataclasses.replace(verbatim, figure=0.9999, n=10_000).passed


def test_an_answer_without_citations_does_not_hold(cases: tuple[Case, ...]) -> None:
    words = "Kashin: all possible support, could suffer, lethal weapons, holding back"
    result = judged(Answer(KASHIN, "answered", (Statement(words, ()),)), kashin(cases))
    assert result.states_the_facts
    assert result.problems == (f"should cite {ARMS}", "cites nothing")


def test_markers_between_sentences_do_not_hide_a_fact(cases: tuple[Case, ...]) -> None:
    case = Case.model_validate(
        {"question": "Who?", "facts": [["one. Two"]], "files": [ARMS], "tags": ["plain_fact"], "why": "markers"}
    )
    assert judged(Answer("Who?", "answered", (Statement("One. [1] Two", (1,)),)), case).found == (True,)


def test_words_of_an_abstention_state_nothing(cases: tuple[Case, ...]) -> None:
    case = Case.model_validate(
        {"question": "Who?", "facts": [["articles"]], "files": [ARMS], "tags": ["plain_fact"], "why": "its own text"}
    )
    result = judged(abstention("Who?"), case)
    assert result.found == (False,)
    assert result.problems == ("abstained",)


@pytest.mark.parametrize(
    ("file", "start", "end", "quote"),
    [
        (ARMS, 0, 0, ""),
        (ARMS, 0, 7, "chinese"),
        ("none.txt", 0, 7, "Chinese"),
        ("../seeds/" + ARMS, 0, 7, "Chinesf"),
        ("../pyproject.toml", 0, 1, "["),
        ("\x00", 0, 1, "["),
        ("x" * 9999, 0, 1, "["),
    ],
)
def test_a_quote_holds_at_its_place_in_a_file_of_the_corpus_only(file: str, start: int, end: int, quote: str) -> None:
    originals = Originals(SEEDS)
    assert originals.holds(file=ARMS, start=0, end=7, quote="Chinese")
    assert not originals.holds(file=file, start=start, end=end, quote=quote)


def test_places_outside_a_file_hold_nothing_though_python_would_slice_them() -> None:
    originals = Originals(SEEDS)
    text = originals.text(ARMS)
    assert text is not None
    assert originals.holds(file=ARMS, start=len(text) - 9, end=len(text), quote=text[-9:])
    assert not originals.holds(file=ARMS, start=-9, end=-1, quote=text[-9:-1])
    assert not originals.holds(file=ARMS, start=len(text) - 9, end=len(text) + 1, quote=text[-9:])


def test_utf_16_without_a_mark_is_not_taken_for_utf_8(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes("plain words".encode("utf-16-le"))
    assert Originals(tmp_path).text("a.txt") == "plain words"


@pytest.mark.parametrize(
    "raw",
    [
        "Zażółć 😀\r\ngęślą".encode(),
        b"\xef\xbb\xbf" + "Zażółć 😀\r\ngęślą".encode(),
        b"\xff\xfe" + "Zażółć 😀\r\ngęślą".encode("utf-16-le"),
        b"\xfe\xff" + "Zażółć 😀\r\ngęślą".encode("utf-16-be"),
        "Zażółć 😀\r\ngęślą".encode("utf-16-le"),
    ],
)
def test_originals_are_decoded_without_their_mark_and_with_their_newlines(tmp_path: Path, raw: bytes) -> None:
    (tmp_path / "a.txt").write_bytes(raw)
    assert Originals(tmp_path).text("a.txt") == "Zażółć 😀\r\ngęślą"


def test_no_case_no_figure_and_no_gate_missed() -> None:
    results = Results(())
    assert {gate.figure for gate in gates(results)} == {None}
    assert missed(results) == set()
    assert shown(results)


def test_a_question_that_cannot_be_asked_stops_the_run(cases: tuple[Case, ...]) -> None:
    class Broken:
        def ask(self, question: str, *, history: list[dict[str, str]]) -> Answer:
            raise ConnectionError("no route")

    with pytest.raises(DatelineError, match=r"could not ask .*Kashin.*: ConnectionError: no route"):
        run(Broken(), cases, corpus=SEEDS)


def shown(results: Results, *, failures: bool = True) -> str:
    stream = StringIO()
    print_report(results, Console(file=stream, width=100), failures=failures)
    return stream.getvalue()


def test_the_report_shows_each_gate_each_tag_and_each_failed_case(cases: tuple[Case, ...]) -> None:
    results = run(Altered(cases, lambda answer: abstention(answer.question)), cases, corpus=SEEDS)
    text = shown(results)
    for gate in gates(results):
        assert gate.name in text
    for tag in {tag for case in cases for tag in case.tags}:
        assert tag in text
    assert f"✗ {KASHIN}\n    abstained | cited nothing | why: the question of the README" in text
    assert "✗ And about the economy? (after 'What did Kashin say about arms deliveries?')\n" in text
    assert "✗ And when is the first meeting of the two? (after 'Whom does he meet there?')\n" in text
    assert "gates missed: cases that must hold, fact recall, abstention precision" in text
    assert "✗" not in shown(results, failures=False)


def test_two_reports_differ_in_their_timings_alone(cases: tuple[Case, ...]) -> None:
    first, second = (run(Altered(cases, drop_last_statement), cases, corpus=SEEDS) for _ in range(2))
    without_time = [re.sub(r"answer time: .*", "", shown(results)) for results in (first, second)]
    assert without_time[0] == without_time[1]
    data = [{**to_dict(results, cases_name="cases.yaml"), "timings_ms": None} for results in (first, second)]
    assert data[0] == data[1]


def test_square_brackets_of_a_question_are_text(cases: tuple[Case, ...]) -> None:
    case = Case.model_validate(
        {"question": "What is [bold]?", "outcome": "not_in_articles", "tags": ["off_topic"], "why": "markup [red]"}
    )
    text = shown(Results((judged(quoting("", (ARMS, "Chinese")), case),)))
    assert "✗ What is [bold]?" in text
    assert "why: markup [red]" in text


def test_a_figure_is_rounded_down_so_that_a_miss_never_looks_like_a_pass() -> None:
    assert share(0.92999) == "92.9 %"
    assert share(0.93) == "93.0 %"
    assert share(1 / 3) == "33.3 %"
    assert share(1.0) == "100.0 %"
    assert share(None) == "-"


def test_results_are_written_as_json(cases: tuple[Case, ...], tmp_path: Path) -> None:
    results = run(Oracle(cases), cases, corpus=SEEDS)
    write_json(results, tmp_path / "new" / "results.json", cases_name="cases.yaml")
    data = json.loads((tmp_path / "new" / "results.json").read_text(encoding="utf-8"))
    assert data["passed"] is True
    assert data["n"] == len(cases) == len(data["cases"])
    assert str(tmp_path) not in json.dumps(data)
    assert data["cases"][0]["question"] == KASHIN
    assert data["cases"][0]["citations"][0]["file"] == ARMS


class FakeAssistant(Oracle):
    """Stands in for `Assistant`: built from settings, closed at the end."""

    closed = 0
    broken = False

    @classmethod
    def from_settings(cls, settings: Settings) -> Self:
        return cls(load_cases(CASES, settings.corpus))

    def ask(self, question: str, *, history: list[dict[str, str]]) -> Answer:
        if self.broken and question == KASHIN:
            return abstention(question)
        return super().ask(question, history=history)

    def close(self) -> None:
        type(self).closed += 1

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> type[FakeAssistant]:
    fresh = type("FreshFake", (FakeAssistant,), {})
    monkeypatch.setattr(chain, "Assistant", fresh)
    return fresh


def test_main_returns_0_when_every_gate_holds(fake: type[FakeAssistant], tmp_path: Path) -> None:
    stream = StringIO()
    code = suite.main(
        None, Settings(corpus=SEEDS), json_path=tmp_path / "results.json", console=Console(file=stream, width=100)
    )
    assert code == suite.PASSED == 0
    assert stream.getvalue().rstrip().endswith("all gates passed")
    assert (tmp_path / "results.json").exists()
    assert fake.closed == 1


def test_main_returns_1_when_only_the_case_that_must_hold_fails(fake: type[FakeAssistant]) -> None:
    fake.broken = True
    stream = StringIO()
    assert suite.main(None, Settings(corpus=SEEDS), console=Console(file=stream, width=100)) == suite.GATE_MISSED == 1
    assert stream.getvalue().rstrip().endswith("gates missed: cases that must hold")


def test_main_returns_2_when_the_assistant_crashes_on_opening(
    fake: type[FakeAssistant], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def crash(settings: Settings) -> FakeAssistant:
        raise TypeError("half\nwritten")

    monkeypatch.setattr(fake, "from_settings", crash)
    assert suite.main(None, Settings(corpus=SEEDS)) == 2
    assert capsys.readouterr().err == "dateline eval: TypeError: half written\n"


def test_main_returns_2_and_one_line_when_it_cannot_run(
    fake: type[FakeAssistant], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = Settings(corpus=SEEDS)
    assert suite.main(tmp_path / "none.yaml", settings) == suite.COULD_NOT_RUN == 2
    assert suite.main(None, Settings(corpus=tmp_path)) == 2
    (tmp_path / "file").touch()
    assert suite.main(None, settings, json_path=tmp_path / "file" / "results.json") == 2
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 3
    assert all(line.startswith("dateline eval: ") for line in lines)
    assert "does not exist" in lines[1]
    assert "cannot be written" in lines[2]
