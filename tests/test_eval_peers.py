"""Peers are asked through a pipe: small adapters of every kind, run by this Python, with figures computed by hand."""

import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pytest

from evals.bench.peers import environment
from evals.bench.peers.comparison import COLUMNS, Measured, measured, table
from evals.bench.peers.protocol import PeerError, Ready, Reply, parsed
from evals.bench.peers.roster import ADAPTERS, OURS, PEERS, Peer
from evals.bench.peers.session import started
from evals.case import Case
from evals.table import Row, markdown

Run = Callable[..., Measured]
SEEDS = Path(__file__).resolve().parent.parent / "seeds"
BRIDGE = "Ada built the bridge. It opened in 1901, on a Tuesday.\n"
ONIONS = "Onions doubled. Traders blame the frost.\n"
CASES = tuple(
    Case.model_validate({"tags": ["made_up"], "why": "figures by hand", **case})
    for case in (
        {"question": "Who built it?", "facts": [["Ada"]], "files": ["bridge.txt"]},
        {"question": "When did it open?", "facts": [["1901"], ["Tuesday"]], "files": ["bridge.txt"]},
        {"question": "Who is to blame?", "facts": [["frost"]], "files": ["more/onions.txt"]},
        {"question": "How long is it?", "outcome": "not_in_articles"},
        {"question": "Who sells them?", "outcome": "not_in_articles"},
    )
)
READY = '{"ready": true, "versions": {"fake": "1.0"}}'
REPLIES = """{
    "Who built it?": {"text": "Ada did.", "citations": [{"file": "bridge.txt", "quote": "Ada built the bridge."}]},
    "When did it open?": {
        "text": "In 1901, on a Tuesday.",
        "citations": [{"file": "bridge.txt", "quote": "in 1901 on a Tuesday"}, {"file": "more/onions.txt", "quote": None}],
    },
    "Who is to blame?": {"text": "I do not know.", "abstained": True},
    "How long is it?": {"text": "I do not know.", "abstained": True},
    "Who sells them?": {"text": "Traders.", "citations": [{"file": "more/onions.txt", "quote": "Traders blame"}]},
}"""
GOOD = f"""
import json, sys
print('{READY}', flush=True)
replies = {REPLIES}
for line in sys.stdin:
    print(json.dumps(replies[json.loads(line)["question"]]), flush=True)
"""


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "articles"
    (folder / "more").mkdir(parents=True)
    (folder / "bridge.txt").write_text(BRIDGE, "utf-8")
    (folder / "more" / "onions.txt").write_text(ONIONS, "utf-8")
    return folder


@pytest.fixture
def run(tmp_path: Path, corpus: Path) -> Run:
    def run(script: str, *, name: str = "fake", start_seconds: float = 30, answer_seconds: float = 30) -> Measured:
        adapter = tmp_path / f"{name}.py"
        adapter.write_text(dedent(script), "utf-8")
        return measured(
            Peer(name, adapter),
            CASES,
            corpus,
            cache=tmp_path / "cache",
            start_seconds=start_seconds,
            answer_seconds=answer_seconds,
        )

    return run


def row(run: Measured) -> Row:
    return table([run]).rows[0]


def nothing() -> dict[str, None]:
    return {column.key: None for column in COLUMNS}


def test_figures_are_those_of_our_own_checks(run: Run) -> None:
    made = run(GOOD)
    shown = row(made)
    assert (shown.name, shown.n, shown.note) == ("fake", 5, "")
    figures = dict(shown.figures)
    assert len(made.starts) == 3
    assert 0 < figures.pop("latency") < figures.pop("cold_start")
    assert figures == {
        "facts": 2 / 3,
        "citation_file_precision": 2 / 3,
        "abstention_precision": 1 / 2,
        "abstention_recall": 1 / 2,
        "wrongful_abstention": 1 / 3,
        "verbatim": 2 / 3,  # the comma is missing in one; a citation without words is no quote
        "characters": len("Ada built the bridge."),  # of 13, 21 and 22
    }


def test_a_better_figure_than_ours_is_bold(run: Run) -> None:
    refusing = GOOD.replace("replies[json.loads(line)", "replies['How long is it?'] or replies[json.loads(line)")
    made = table([run(refusing, name="dateline"), run(GOOD, name="other")])
    by_name = {row.name: row for row in made.rows}
    assert {column.key for column in COLUMNS if made.beaten(by_name["other"], column)} >= {
        "facts",
        "wrongful_abstention",
    }
    assert "| **66.7 %** |" in markdown(made)
    assert not any(made.beaten(by_name["dateline"], column) for column in COLUMNS)


def test_a_peer_that_crashes_at_its_start_is_a_row_with_the_last_line_it_wrote(run: Run) -> None:
    shown = row(run("import sys\nprint('first', file=sys.stderr)\nraise RuntimeError('no model\\nto be had')\n"))
    assert (shown.figures, shown.n, shown.note) == (nothing(), 0, "to be had")


def test_a_peer_that_dies_without_a_word_is_a_row_with_its_exit_code(run: Run) -> None:
    assert row(run("import os\nos._exit(3)\n")).note == "ended with exit code 3 and not a word"


def test_a_peer_that_prints_something_else_is_a_row_with_what_it_printed(run: Run) -> None:
    shown = row(run("print('Loading   model')\ninput()\n"))
    assert (shown.figures, shown.note) == (nothing(), "printed 'Loading model' where the protocol wants a ready")


def test_a_peer_that_never_gets_ready_is_given_up(run: Run) -> None:
    assert row(run("import time\ntime.sleep(60)\n", start_seconds=0.3)).note == "not ready within 0.3 s"


def test_a_peer_that_hangs_on_a_question_is_given_up(run: Run) -> None:
    hanging = f"import time\nprint('{READY}', flush=True)\ntime.sleep(60)\n"
    shown = row(run(hanging, answer_seconds=0.3))
    assert (shown.figures, shown.note) == (nothing(), "no answer to 'Who built it?' within 0.3 s")


def test_a_peer_that_dies_on_a_question_is_a_row_with_its_error(run: Run) -> None:
    dying = f"import sys\nprint('{READY}', flush=True)\ninput()\nsys.exit('out of memory')\n"
    assert row(run(dying)).note == "out of memory"


def test_a_failed_question_is_neither_answered_nor_abstained_from(run: Run) -> None:
    failing = GOOD.replace(
        "    print(",
        "    if 'long' in line or 'built' in line:\n        print('{\"error\": \"boom\"}', flush=True)\n        continue\n    print(",
    )
    shown = row(run(failing))
    assert shown.note == "failed on 2 of 5 questions, the first with boom"
    assert shown.n == 5
    assert shown.figures["facts"] == 1 / 3
    assert shown.figures["abstention_recall"] == 0.0
    assert shown.figures["abstention_precision"] == 0.0
    assert shown.figures["characters"] == len("Traders blame")  # of 13 and 22: what fails shows nothing


def test_a_peer_sees_no_key_and_no_setting(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OPENAI_API_KEY", "HF_TOKEN", "PYTHONPATH", "DATELINE_MODEL", "GROUNDRAG_CONFIG", "SOME_FOLDER"):
        monkeypatch.setenv(name, "seen")
    telling = """
        import json, os
        seen = ",".join(name for name, value in os.environ.items() if value == "seen")
        print(json.dumps({"ready": True, "versions": {}, "note": seen}), flush=True)
        while True:
            input()
            print("{}", flush=True)
        """
    made = run(telling)
    assert made.ready is not None
    assert made.ready.note == "SOME_FOLDER"


def test_what_libraries_print_does_not_reach_the_protocol(tmp_path: Path, corpus: Path) -> None:
    adapter = tmp_path / "noisy.py"
    adapter.write_text(
        dedent(
            f"""
            import os, sys
            sys.path.insert(0, {str(ADAPTERS)!r})
            from serving import cited, serve

            def open_peer(folder):
                print("loading", flush=True)
                os.write(1, b"from C\\n")

                def ask(question, history):
                    print("thinking")
                    text = (folder / "bridge.txt").read_text("utf-8")
                    return {{"text": f"{{len(history)}}", "abstained": False, "citations": [cited("b", text[4:9], 4)]}}

                return ask, "noisy"

            serve(["pydantic"], open_peer)
            """
        ),
        "utf-8",
    )
    with started([sys.executable, str(adapter), str(corpus)], variables=environment.variables(OURS, tmp_path)) as (
        session,
        ready,
        _,
    ):
        assert ready.note == "noisy"
        assert list(ready.versions) == ["pydantic"]
        reply, _ = session.ask("“Who?”", [{"role": "user", "content": "What?"}])
        assert reply.text == "1"
        (cited,) = reply.citations
        assert (cited.file, cited.quote, cited.start, cited.end) == ("b", "built", 4, 9)


def test_an_exception_in_an_adapter_is_a_reply(tmp_path: Path, corpus: Path) -> None:
    adapter = tmp_path / "failing.py"
    adapter.write_text(
        f"import sys\nsys.path.insert(0, {str(ADAPTERS)!r})\nfrom serving import serve\n"
        "serve(['pydantic'], lambda folder: (lambda question, history: {}[question], ''))\n",
        "utf-8",
    )
    command = [sys.executable, str(adapter), str(corpus)]
    with started(command, variables=environment.variables(OURS, tmp_path)) as (session, *_):
        assert session.ask("Who?")[0].error == "KeyError: 'Who?'"
        assert session.ask("What?")[0].error == "KeyError: 'What?'"


def test_what_cannot_be_run_is_an_error_in_one_line(tmp_path: Path) -> None:
    with (
        pytest.raises(PeerError, match=r"^cannot be run: "),
        started([str(tmp_path / "no-python")], variables={}),
    ):
        pass


def test_an_unknown_key_is_not_the_protocol() -> None:
    with pytest.raises(PeerError, match="where the protocol wants a reply"):
        parsed('{"text": "a", "sources": []}', Reply)
    assert parsed(READY, Ready).versions == {"fake": "1.0"}


def test_ours_is_asked_through_the_same_pipe(tmp_path: Path) -> None:
    command = [sys.executable, str(OURS.adapter), str(SEEDS)]
    with started(command, variables=environment.variables(OURS, tmp_path)) as (session, ready, _):
        assert list(ready.versions) == ["dateline"]
        reply, _ = session.ask("What did Kashin say about arms deliveries?")
        (cited,) = reply.citations
        assert cited.quote == (SEEDS / cited.file).read_bytes().decode()[cited.start : cited.end]
        assert session.ask("What is the population of Japan?")[0].abstained


def test_every_peer_has_an_adapter_and_exact_pins() -> None:
    assert len({peer.name for peer in PEERS}) == len(PEERS) >= 3
    for peer in PEERS:
        assert peer.adapter.is_file()
        assert all(pin.count("==") == 1 for pin in peer.pins)
        assert peer.pins


def wheel(folder: Path, value: int) -> str:
    """A package of one module, installed without a network."""
    path = folder / f"onlyhere-{value}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("onlyhere.py", f"VALUE = {value}\n")
        about = f"onlyhere-{value}.dist-info"
        archive.writestr(f"{about}/METADATA", f"Metadata-Version: 2.1\nName: onlyhere\nVersion: {value}\n")
        archive.writestr(f"{about}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr(f"{about}/RECORD", "")
    return str(path)


def test_an_environment_is_made_once_and_its_errors_are_one_line(tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    peer = Peer("fake", tmp_path / "adapter.py", pins=(wheel(tmp_path, 7),))
    peer.adapter.write_text(
        'import onlyhere\nprint(\'{"ready": true, "versions": {"onlyhere": "%d"}}\' % onlyhere.VALUE, flush=True)\ninput()',
        "utf-8",
    )
    python = environment.prepared(peer, cache)
    with started([str(python), str(peer.adapter)], variables=environment.variables(peer, cache)) as (_, ready, _):
        assert ready.versions == {"onlyhere": "7"}
    made = python.stat().st_ctime_ns, (python.parent.parent / "pyvenv.cfg").stat().st_mtime_ns
    assert environment.prepared(peer, cache) == python
    assert (python.stat().st_ctime_ns, (python.parent.parent / "pyvenv.cfg").stat().st_mtime_ns) == made
    broken = Peer("broken", peer.adapter, pins=(str(tmp_path / "not_there-1-py3-none-any.whl"),))
    shown = row(measured(broken, CASES, tmp_path, cache=cache))
    assert shown.figures == nothing()
    assert shown.note.startswith("cannot be installed: ")
    assert "\n" not in shown.note
