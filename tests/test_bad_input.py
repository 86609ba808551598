"""Whatever comes, the command line answers with one line that says what came and what to do, and exit code 2."""

import os
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from commands import Run

from assistant import Assistant, DatelineError, Settings, ask
from assistant.checking import checked
from retrieval.articles import read_folder


def refused(done: object, *words: str) -> None:
    """Exit code 2, nothing on standard output, one line on standard error with these words."""
    code, out, said = done.returncode, done.stdout, done.stderr  # type: ignore[attr-defined]
    assert (code, out) == (2, ""), (code, out, said)
    assert said.startswith("dateline: ")
    assert said.count("\n") == 1, said
    assert said.endswith("\n")
    for word in words:
        assert word in said


@pytest.mark.parametrize("question", ["", "   \t\n ", "?!…", "\udcff\udced\udca0\udc80"])
def test_a_question_without_a_word_is_refused(dateline: Run, question: str) -> None:
    refused(dateline("ask", question), "the question is empty", "ask something")


def test_a_question_of_a_megabyte_is_refused(dateline: Run) -> None:
    refused(dateline("ask", "-", stdin="a" * 1_000_000), "1,000,000 characters", "at most 4,000", "ask a shorter one")


def test_an_empty_standard_input_is_refused(dateline: Run) -> None:
    refused(dateline("ask", "-", stdin=""), "the question is empty")


def test_a_folder_that_does_not_exist_is_refused(dateline: Run, tmp_path: Path) -> None:
    refused(dateline("ask", "--corpus", str(tmp_path / "nope"), "Who?"), "nope' does not exist", "name a folder")


def test_a_folder_without_articles_is_refused(dateline_process: Run, tmp_path: Path) -> None:
    (tmp_path / "photo.jpg").write_bytes(b"\xff\xd8\xff")
    (tmp_path / "blank.txt").write_text(" \n")
    refused(
        dateline_process("index", str(tmp_path)), "no article in corpus folder", "blank.txt: empty", "put .txt, .md or"
    )


def test_a_file_in_place_of_a_folder_is_refused(dateline: Run, tmp_path: Path) -> None:
    file = tmp_path / "article.txt"
    file.write_text("Words.")
    refused(dateline("ask", "--corpus", str(file), "Who?"), "article.txt' is a file", "name the folder")


@pytest.fixture
def nobody() -> Iterator[None]:
    """Root may read every folder: for a while we are somebody else."""
    if not hasattr(os, "geteuid"):
        pytest.skip("permissions are POSIX's here")
    root = os.geteuid() == 0
    if root:
        os.seteuid(65534)
    yield
    if root:
        os.seteuid(0)


def test_an_unreadable_folder_is_refused(nobody: None) -> None:
    folder = Path(tempfile.mkdtemp())
    try:
        folder.chmod(0o000)
        with pytest.raises(DatelineError, match=r"cannot be read \(Permission denied\): check its permissions"):
            read_folder(folder)
    finally:
        folder.chmod(0o700)
        folder.rmdir()


@pytest.mark.parametrize("option", [["--corpus", ""], ["--corpus", "  "]])
def test_an_empty_folder_name_is_refused(dateline: Run, option: list[str]) -> None:
    refused(dateline("ask", *option, "Who?"), "setting 'corpus'", "path of a folder")


def test_a_cache_that_cannot_be_written_is_refused(dateline: Run, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    refused(dateline("ask", "Who?", DATELINE_CACHE=str(tmp_path / "file")), "cannot be written", "DATELINE_CACHE")


def test_an_unknown_setting_in_the_environment_is_refused(dateline: Run) -> None:
    refused(dateline("ask", "Who?", DATELINE_TYPO="1"), "unknown setting DATELINE_TYPO", "known are corpus, cache")


@pytest.mark.parametrize(("value", "expected"), [("many", "valid integer"), ("0", "greater than or equal to 1")])
def test_a_wrong_value_is_refused(dateline: Run, value: str, expected: str) -> None:
    refused(dateline("ask", "Who?", DATELINE_THREADS=value), "DATELINE_THREADS", repr(value), expected)


def test_a_provider_without_its_package_is_refused(dateline: Run, tmp_path: Path) -> None:
    (tmp_path / "langchain_ollama.py").write_text("raise ImportError('not installed')")  # whatever is installed here
    hidden = {"PYTHONPATH": str(tmp_path)}
    refused(dateline("ask", "--model", "ollama:x", "Who?", **hidden), "'ollama:x'", "pip install 'dateline[openai]'")
    refused(dateline("ask", "Who?", DATELINE_EMBEDDINGS="ollama:x", **hidden), "'ollama:x'", "DATELINE_EMBEDDINGS")


@pytest.mark.parametrize("model", ["nonsense:x", "nonsense", ":", "anthropic"])
def test_a_chat_model_of_no_known_provider_is_refused(model: str) -> None:
    with pytest.raises(DatelineError, match=f"{model}.*expected provider:model"):
        Assistant.from_settings(Settings(model=model))


@pytest.mark.parametrize("name", ["nonsense:x", "nonsense"])
def test_embeddings_of_no_known_provider_are_refused(name: str) -> None:
    with pytest.raises(DatelineError, match=name) as caught:
        Assistant.from_settings(Settings(embeddings=name))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("url", ["http://127.0.0.1:9", "ftp://127.0.0.1", "nonsense"])
def test_a_chroma_server_that_is_not_there_is_refused(url: str) -> None:
    with pytest.raises(DatelineError, match=f"Chroma server '{url}'"):
        Assistant.from_settings(Settings(chroma_url=url))


def test_a_case_file_that_does_not_exist_is_refused(dateline: Run, tmp_path: Path) -> None:
    done = dateline("eval", str(tmp_path / "nope.yaml"))
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert "nope.yaml' cannot be read" in done.stderr


def test_a_port_in_use_is_refused(dateline_process: Run) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        refused(dateline_process("chat", "--port", str(port)), str(port), "in use")


@pytest.mark.parametrize(
    "arguments", [["ask"], ["ask", "--nope", "Who?"], ["nope"], ["chat", "--port", "0"], ["eval", "--gate", "x", "y"]]
)
def test_a_wrong_command_line_is_told_how_it_goes(dateline: Run, arguments: list[str]) -> None:
    done = dateline(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert "Usage: dateline" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_damaged_index_is_rebuilt_and_answers(dateline: Run, dateline_process: Run, tmp_path: Path) -> None:
    question = ("ask", "--json", "Who is Alexander Gabuev?")
    before = dateline(*question, DATELINE_CACHE=str(tmp_path))
    files = sorted(path for path in tmp_path.rglob("*") if path.is_file() and path.stat().st_size)
    assert files
    for number, path in enumerate(files):
        size = path.stat().st_size
        match number % 3:
            case 0:
                path.write_bytes(path.read_bytes()[: size // 2])
            case 1:
                path.write_bytes(os.urandom(size))
            case 2:
                path.unlink()
    after = dateline_process(*question, DATELINE_CACHE=str(tmp_path))
    assert (before.returncode, after.returncode, after.stderr) == (0, 0, "")
    assert _untimed(after.stdout) == _untimed(before.stdout)


def _untimed(text: str) -> str:
    return text.partition('"timings"')[0]


@pytest.mark.parametrize("question", [None, 5, b"Who?", ["Who?"]])
def test_a_question_that_is_no_string_is_refused(assistant: Assistant, question: object) -> None:
    with pytest.raises(DatelineError, match="expected a string"):
        assistant.ask(question)  # type: ignore[arg-type]


def test_nul_bytes_and_lone_surrogates_are_read_over(assistant: Assistant) -> None:
    clean = assistant.ask("What did Gabuev say about China?")
    dirty = assistant.ask("What\0did \ud800Gabuev say\x1b about\u202e China?")
    assert dirty.question == clean.question
    assert (dirty.text, dirty.citations) == (clean.text, clean.citations)


def test_a_long_question_says_how_long_it_is() -> None:
    with pytest.raises(DatelineError, match="1,000,000 characters: at most 4,000"):
        checked("a" * 1_000_000, longest=4000)
    assert checked("a" * 4000, longest=4000) == "a" * 4000


@pytest.mark.parametrize(
    "question",
    [
        "Что сказал Кашин о поставках оружия?",
        "卡申对武器供应说了什么？",
        "ماذا قال كاشين عن شحنات الأسلحة؟",
        "काशिन ने हथियारों के बारे में क्या कहा?",
        "Was sagte Kaschin über Waffenlieferungen?",
        "Τι είπε ο Κάσιν για τα όπλα;",
        "מה אמר קשין על אספקת נשק?",
        "카신은 무기에 대해 뭐라고 말했나요?",
        "カシンは武器について何と言いましたか？",
        "คาชินพูดอะไรเกี่ยวกับอาวุธ",
        "Kaşin silahlar hakkında ne dedi?",
        "¿Qué dijo Kashin sobre las armas?",
    ],
)
def test_a_question_in_any_language_gets_an_answer_or_an_abstention(assistant: Assistant, question: str) -> None:
    answer = assistant.ask(question)
    assert answer.question == question
    assert answer.abstained == (not answer.statements)


@pytest.mark.parametrize(
    "history",
    [
        "Who is Kashin?",
        5,
        [5],
        [None],
        [("user",)],
        [{"role": "nobody", "content": "x"}],
        {"role": "user", "content": "x"},
    ],
)
def test_a_history_that_is_no_messages_is_refused(assistant: Assistant, history: object) -> None:
    with pytest.raises(DatelineError, match="history") as caught:
        assistant.ask("What did he say?", history)  # type: ignore[arg-type]
    assert "\n" not in str(caught.value)


def test_a_long_history_does_not_make_a_long_search(assistant: Assistant) -> None:
    answer = assistant.ask("And then?", [{"role": "user", "content": "Kashin " * 100_000}])
    assert len(answer.standalone_question) <= 4000


@pytest.mark.parametrize("files", [["nope.txt"], ["000_02acd30f241aa87e.txt", "../secret.txt"]])
def test_an_unknown_file_is_refused(assistant: Assistant, files: list[str]) -> None:
    with pytest.raises(DatelineError, match=r"no article .*name files as the citations do"):
        assistant.ask("Who is Kashin?", files=files)


@pytest.mark.parametrize("files", [5, True, [5], [["000_02acd30f241aa87e.txt"]]])
def test_files_that_are_no_names_are_refused(assistant: Assistant, files: Any) -> None:
    with pytest.raises(DatelineError, match=r"expected a list|no article"):
        assistant.ask("Who is Kashin?", files=files)


def test_one_file_name_is_no_list_of_files(assistant: Assistant) -> None:
    with pytest.raises(DatelineError, match="files is a str: expected a list"):
        assistant.ask("Who is Kashin?", files="000_02acd30f241aa87e.txt")


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"modle": "x"}, "unknown setting 'modle': known are corpus"),
        ({"threads": "two"}, "setting 'threads' .*'two'.*valid integer"),
        ({"chunk_tokens": 1}, "setting 'chunk_tokens' .*is 1"),
        ({"corpus": "a\0b"}, "setting 'corpus' .*path of a folder"),
        ({"corpus": 5}, "setting 'corpus'"),
        ({"feedback": " "}, "setting 'feedback' .*path of a file, or 'off'"),
        ({"hosts": "https://news.example.org"}, "setting 'hosts' .*host names without scheme and port"),
        ({"hosts": ["news.example.org:80"]}, "setting 'hosts' .*host names without scheme and port"),
        ({"hosts": 5}, "setting 'hosts'"),
    ],
)
def test_wrong_settings_are_refused(values: dict[str, object], message: str) -> None:
    with pytest.raises(DatelineError, match=message) as caught:
        Settings(**values)
    assert "\n" not in str(caught.value)


def test_a_wrong_password_setting_is_not_repeated() -> None:
    with pytest.raises(DatelineError) as caught:
        Settings(auth=["secret"])
    assert "secret" not in str(caught.value)


def test_an_empty_environment_variable_is_no_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    default = Settings().corpus
    monkeypatch.setenv("DATELINE_CORPUS", "")
    assert Settings().corpus == default


def test_ask_takes_settings_and_refuses_a_missing_folder(tmp_path: Path) -> None:
    with pytest.raises(DatelineError, match="does not exist"):
        ask("Who is Kashin?", settings=Settings(corpus=tmp_path / "nope"))
