"""The training data of the evidence model: held out by article, labels that fit their text, figures by their textbook."""

import gzip
import json
import math
import random
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.training.evidence.calibrate import logistic
from retrieval.training.evidence.curriculum import Curriculum
from retrieval.training.evidence.examples import Example, positive, without_answer
from retrieval.training.evidence.measures import auc, exact_and_f1, expected_error, f1, refused_at
from retrieval.training.evidence.reading import Part, Reading, load
from retrieval.training.evidence.wording import hurried, names, near_miss

ARTICLES = 14


def article(number: int) -> str:
    return (
        f"The village of Ostby{number} lies in the valley of the Klara. In {1700 + number} the church was built by "
        f"Captain Holm{number} and 30 sailors. The old mill burned down in May. It was rebuilt two years later. "
        "Today the village is known for its cheese and for the summer market."
    )


def write(path: Path, records: list[dict[str, Any]]) -> None:
    path.parent.mkdir(exist_ok=True)
    with gzip.open(path, "wt", encoding="utf-8") as file:
        file.writelines(json.dumps(record) + "\n" for record in records)


@pytest.fixture(scope="module")
def parts(tmp_path_factory: pytest.TempPathFactory) -> dict[Part, Reading]:
    """Reading sets in the form of the public ones."""
    data = tmp_path_factory.mktemp("data")
    for name in ("squad2_dev_18_articles", "squadshifts_new_wiki", "clapnq_dev_half"):
        passages, questions = [], []
        for number in range(ARTICLES):
            text = article(number)
            passages.append({"passage": f"p{number}", "group": f"Ostby_{number}", "text": text})
            for asked, answer in (
                ("When was the church of the village built?", str(1700 + number)),
                (f"Who built the church of Ostby{number}?", f"Captain Holm{number}"),
            ):
                start = text.index(answer)
                span = [start, start + len(answer)]
                questions.append({"question": asked, "passage": f"p{number}", "spans": [span], "answerable": True})
            missing = {
                "question": "When did the castle burn?",
                "passage": f"p{number}",
                "spans": [],
                "answerable": False,
            }
            questions.append(missing)
        write(data / "reading" / f"{name}.jsonl.gz", passages + questions)
    document = " ".join(article(number) for number in range(ARTICLES))
    write(data / "retrieval" / "chunking_evaluation_corpus.jsonl.gz", [{"doc_id": "villages", "text": document}])
    start = document.index("The old mill")
    gold = {"doc_id": "villages", "start": start, "end": start + len("The old mill burned down in May.")}
    write(
        data / "retrieval" / "chunking_evaluation_questions.jsonl.gz",
        [{"question": "What happened to the mill?", "gold_spans": [gold]}],
    )
    return load(data)


def test_no_article_is_in_two_parts(parts: dict[Part, Reading]) -> None:
    groups = {part: {(text.source, text.group) for text in reading.texts} for part, reading in parts.items()}
    assert all(groups.values())
    assert not groups["train"] & groups["test"]
    assert not groups["train"] & groups["dev"]
    assert not groups["dev"] & groups["test"]


def test_every_span_is_the_answer_in_its_text(parts: dict[Part, Reading]) -> None:
    asked = [question for reading in parts.values() for question in reading.questions]
    assert {question.answerable for question in asked} == {True, False}
    for question in asked:
        for start, end in question.spans:
            assert question.text.text[start:end].strip()
        assert bool(question.answer_sentences) == question.answerable


def items(parts: dict[Part, Reading]) -> list[Example]:
    curriculum = Curriculum(parts["train"])
    return [example for seed in range(3) for item in curriculum.items(random.Random(seed)) for example in item]


def test_labels_fit_their_text(parts: dict[Part, Reading]) -> None:
    made = items(parts)
    assert {example.answerable for example in made} == {True, False}
    for example in made:
        assert len(example.labels) == len(example.sentences)
        assert all(example.text[start:end].strip() for start, end in example.sentences)
        assert example.answerable or 1 not in example.labels
        if example.span:
            start, end = example.span
            inside = [
                label for label, (a, b) in zip(example.labels, example.sentences, strict=True) if a < end and b > start
            ]
            assert set(inside) != {0}


def test_the_same_seed_draws_the_same_items(parts: dict[Part, Reading]) -> None:
    assert Curriculum(parts["train"]).items(random.Random(5)) == Curriculum(parts["train"]).items(random.Random(5))


def test_a_passage_without_its_answer_no_longer_holds_it(parts: dict[Part, Reading]) -> None:
    question = next(q for q in parts["train"].questions if q.answerable and q.text.source == "squad2")
    removed = without_answer(positive(question, random.Random(0)), question)
    assert removed is not None
    assert not removed.answerable
    assert question.text.text[slice(*question.spans[0])] not in removed.text


def test_a_near_miss_is_another_question(parts: dict[Part, Reading]) -> None:
    text = article(3)
    rng = random.Random(0)
    asked = "When did Captain Holm3 build the church in the Klara valley?"
    made = {near_miss(asked, "In 1703 the church was built.", text, text + article(4), rng) for _ in range(40)} - {None}
    assert len(made) > 3
    assert asked not in made


@given(st.text(max_size=80), st.integers(0, 999))
def test_any_question_can_be_hurried(question: str, seed: int) -> None:
    assert isinstance(hurried(question, random.Random(seed)), str)


def test_names_do_not_include_the_word_that_begins_a_sentence() -> None:
    assert names("Yesterday the mayor met Anna Holm in Ostby. Nobody came.") == ["Anna Holm", "Ostby"]


def test_auc_is_the_chance_that_a_positive_scores_higher() -> None:
    assert auc([2, 3], [0, 1]) == 1
    assert auc([0, 1], [2, 3]) == 0
    assert auc([1, 1], [1, 1]) == 0.5
    assert auc([1, 3], [2]) == 0.5


def test_exact_match_and_f1_are_squads() -> None:
    assert exact_and_f1("The mill", ["mill."]) == (1, 1)
    assert exact_and_f1("old mill", ["the mill"]) == (0, pytest.approx(2 / 3))
    assert exact_and_f1("church", ["mill"]) == (0, 0)
    assert f1({1, 2}, frozenset({2})) == pytest.approx(2 / 3)
    assert f1({1}, frozenset({2})) == 0


def test_refusals_are_counted_below_the_wrongful_share() -> None:
    assert refused_at(range(100), [-1.0, 0.5, 50, 60], 0.02) == 0.5


def test_calibration_error_is_the_gap_between_said_and_seen() -> None:
    assert expected_error([0.75] * 4, [True, True, True, False]) == 0
    assert expected_error([0.95, 0.95], [False, False]) == pytest.approx(0.95)


def test_logistic_regression_finds_the_weights_that_made_the_labels() -> None:
    rng = random.Random(0)
    rows = [(rng.gauss(0, 1), rng.gauss(0, 1)) for _ in range(6000)]
    chances = [1 / (1 + math.exp(-(2 * a - b + 0.5))) for a, b in rows]
    found = logistic(rows, [rng.random() < chance for chance in chances])
    assert found == pytest.approx([2, -1, 0.5], abs=0.15)
