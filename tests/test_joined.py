"""An assistant that reads a second folder besides its own, with the same models."""

import copy
import dataclasses
from collections.abc import Iterator
from pathlib import Path

import pytest
from index_fakes import write
from langchain_core.language_models.fake_chat_models import FakeListChatModel

from assistant import Answer, Assistant, DatelineError, Settings

FERRY = "Ferry sails\n\nThe ferry Amalia carried 214 people to Brest on Monday, the pilot Jan Kolar said.\n"
FOREST = "Forest burns\n\nThe fire near Lidl Hill destroyed 90 houses on Sunday, the ranger Eva Mala said.\n"
HOW_MANY = "How many people did the ferry Amalia carry?"


@pytest.fixture(scope="module")
def ferry(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    folder = tmp_path_factory.mktemp("joined")
    with Assistant.from_settings(
        Settings(corpus=write(folder / "corpus", {"ferry.txt": FERRY}), cache=folder / "cache")
    ) as opened:
        yield opened


def quoted(answer: Answer, asked: Assistant) -> list[str]:
    for citation in answer.citations:
        assert asked.articles[citation.file].text[citation.start : citation.end] == citation.quote
    return [citation.file for citation in answer.citations]


def test_every_road_answers_from_both_folders(ferry: Assistant, tmp_path: Path) -> None:
    question = "How many houses did the fire destroy?"
    second = write(tmp_path / "second", {"forest.txt": FOREST, "empty.txt": ""})
    with ferry.joined(second, cache=tmp_path) as both:
        assert list(both.articles) == ["ferry.txt", "forest.txt"]
        assert [skip.file for skip in both.skipped] == ["empty.txt"]
        assert quoted(both.ask(HOW_MANY), both) == ["ferry.txt"]
        answer = both.ask(question)
        assert quoted(answer, both) == ["forest.txt"]
        assert "90 houses" in answer.text
        *_, streamed = both.stream(question)
        assert isinstance(streamed, Answer)
        assert streamed.statements == answer.statements == both.chain.invoke(question).statements
        assert both.ask(question, files=["ferry.txt"]).abstained
        assert quoted(both.ask(HOW_MANY, files=["ferry.txt", "forest.txt"]), both) == ["ferry.txt"]
        with pytest.raises(DatelineError, match=r"no article 'other.txt'"):
            both.ask(question, files=["other.txt"])
        assert both.explain(question).answer.statements == answer.statements
    assert ferry.ask(question).abstained
    assert quoted(ferry.ask(HOW_MANY), ferry) == ["ferry.txt"]


def test_names_of_the_second_folder_are_not_taken_for_misspellings_of_the_firsts(
    ferry: Assistant, tmp_path: Path
) -> None:
    story = "Storm passes\n\nPiotr Amaliya is a meteorologist of 40 years in Brest.\n"
    with ferry.joined(write(tmp_path / "second", {"storm.txt": story}), cache=tmp_path) as both:
        assert quoted(both.ask("Who is Amaliya?"), both) == ["storm.txt"]


def test_what_changes_in_the_second_folder_is_taken_in(ferry: Assistant, tmp_path: Path) -> None:
    second = write(tmp_path / "second", {"forest.txt": FOREST})
    with ferry.joined(second, cache=tmp_path) as both:
        assert both.refresh() is False
        write(second, {"storm.txt": "Storm passes\n\nThe meteorologist Piotr Zeman measured 130 knots on Friday.\n"})
        assert both.refresh() is True
        assert quoted(both.ask("How many knots did Zeman measure?"), both) == ["storm.txt"]
        for path in second.iterdir():
            path.unlink()
        with pytest.raises(DatelineError, match="no article"):
            both.refresh()
        assert set(both.articles) == {"ferry.txt", "forest.txt", "storm.txt"}  # as it was


def test_a_joined_assistant_can_be_joined_again(ferry: Assistant, tmp_path: Path) -> None:
    second = write(tmp_path / "second", {"forest.txt": FOREST})
    third = write(
        tmp_path / "third", {"storm.txt": "Storm passes\n\nThe meteorologist Piotr Zeman measured 130 knots.\n"}
    )
    with ferry.joined(second, cache=tmp_path) as two, two.joined(third, cache=tmp_path) as three:
        assert list(three.articles) == ["ferry.txt", "forest.txt", "storm.txt"]
        assert quoted(three.ask("How many knots did Zeman measure?"), three) == ["storm.txt"]
        assert quoted(three.ask("How many houses did the fire destroy?"), three) == ["forest.txt"]


def test_what_cannot_be_joined_is_one_line_and_leaves_the_first_alone(ferry: Assistant, tmp_path: Path) -> None:
    for folder, reason in ((tmp_path / "none", "does not exist"), (write(tmp_path, {"a.pdf": "x"}), "no article")):
        with pytest.raises(DatelineError, match=reason):
            ferry.joined(folder, cache=tmp_path / "cache")
    byhand = Assistant(ferry.settings, index=ferry.index, embeddings=ferry.embeddings, answerer=ferry.answerer)
    with pytest.raises(DatelineError, match="from_settings"):
        byhand.joined(tmp_path, cache=tmp_path / "cache")
    assert quoted(ferry.ask(HOW_MANY), ferry) == ["ferry.txt"]


def test_a_chat_model_reads_and_cites_what_was_joined(ferry: Assistant, tmp_path: Path) -> None:
    model = FakeListChatModel(responses=["The fire near Lidl Hill destroyed 90 houses. [1]"])
    composing = copy.copy(ferry)
    assert ferry.models
    composing.models = dataclasses.replace(ferry.models, chat=model)
    with composing.joined(write(tmp_path / "second", {"forest.txt": FOREST}), cache=tmp_path) as both:
        answer = both.ask("How many houses did the fire destroy?")
    assert answer.text == "The fire near Lidl Hill destroyed 90 houses. [1]"
    assert [citation.file for citation in answer.citations] == ["forest.txt"]
