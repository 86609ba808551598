"""What an explanation tells is what the real road did: the same answer, its own scores, its own reasons."""

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
from commands import Run
from test_assistant import QUESTIONS, ROOT
from test_composed import Broken, Refusing, Scripted

from assistant import ABSTENTION, Answer, Assistant, DatelineError, Unverified
from assistant.composed import ComposedAnswerer
from assistant.explanation import Explanation
from assistant.extractive import ExtractiveAnswerer
from assistant.reasons import why
from assistant.weighing import Thresholds
from evals.case_files import CASES, load
from retrieval.tracing import note, traced

KASHIN = "What did Kashin say about arms deliveries?"
REFUSED = "Why did China buy bananas?"
HISTORY = [{"role": "user", "content": "Who is Kashin?"}, {"role": "assistant", "content": "An expert. [1]"}]


def untimed(answer: Answer) -> Answer:
    return replace(answer, timings={})


def facts(explanation: Explanation, name: str) -> list[dict[str, Any]]:
    return [dict(stage.facts) for stage in explanation.stages if stage.name == name]


def only(explanation: Explanation, name: str) -> dict[str, Any]:
    (found,) = facts(explanation, name)
    return found


def composed(assistant: Assistant, model: Any) -> Assistant:
    """As from settings that name a chat model."""
    extractive = assistant.answerer
    assert isinstance(extractive, ExtractiveAnswerer)
    answerer = ComposedAnswerer(model, bearing=extractive.bearing, scorer=extractive.scorer, fallback=extractive)
    return Assistant(assistant.settings, index=assistant.index, embeddings=assistant.embeddings, answerer=answerer)


@pytest.mark.parametrize("question", [KASHIN, REFUSED, *QUESTIONS[::3]])
def test_an_explained_answer_is_the_answer(assistant: Assistant, question: str) -> None:
    explanation = assistant.explain(question)
    assert untimed(explanation.answer) == untimed(assistant.ask(question))
    assert explanation.why
    names = [stage.name for stage in explanation.stages]
    assert names[:3] == ["question", "search", "taken apart"]
    assert names[-1] == "answer"
    assert names.count("statement") == len(explanation.answer.statements)


def test_where_nobody_asks_nothing_is_noted(assistant: Assistant) -> None:
    def never() -> None:
        raise AssertionError("made for nobody")

    note(never)
    with traced() as trace, ThreadPoolExecutor(1) as pool:
        # Another thread's question is none of this one's.
        pool.submit(note, never).result()
        pool.submit(assistant.ask, REFUSED).result()
        assert trace.notes == []
        note(lambda: "noted")
    note(never)
    assert [noted for _, noted in trace.notes] == ["noted"]


def test_the_search_tells_both_ranks_and_what_they_fuse_to(assistant: Assistant) -> None:
    explanation = assistant.explain(REFUSED)
    found = only(explanation, "search")
    assert found["terms"] == ["china", "buy", "banana"]
    assert {chunk["dense_rank"] for chunk in found["chunks"]} >= set(range(1, 11))
    for chunk in found["chunks"]:
        ranks = [rank for rank in (chunk["dense_rank"], chunk["bm25_rank"]) if rank]
        assert chunk["fused"] == pytest.approx(sum(1 / (60 + rank) for rank in ranks))
        assert assistant.articles[chunk["file"]].text[chunk["start"] : chunk["end"]] == chunk["text"]
    kept = {(chunk["file"], chunk["start"]) for chunk in found["chunks"] if chunk["kept"]}
    assert kept == {(scored.chunk.file, scored.chunk.start) for scored in explanation.answer.retrieved}
    assert len(kept) == assistant.settings.retrieved


def test_a_refusal_tells_how_near_it_was(assistant: Assistant) -> None:
    explanation = assistant.explain(REFUSED)
    assert explanation.answer.abstained
    weighing = only(explanation, "weighing")
    scores = [option["score"] for option in weighing["options"]]
    assert scores == sorted(scores, reverse=True)
    assert scores[0] < weighing["bar"] == Thresholds().answer
    assert {option["why"] for option in weighing["options"]} == {"below the bar"}
    assert explanation.why == f"the nearest sentence scores {scores[0]:.2f}, below the bar of 0.70"
    judged = only(explanation, "evidence")["passages"]
    assert len(judged) == len(explanation.answer.retrieved)
    assert [passage["answerable"] for passage in judged] == [r.score for r in explanation.answer.retrieved]


def test_a_name_that_no_article_holds_is_the_reason(assistant: Assistant) -> None:
    explanation = assistant.explain("What is the population of Japan?")
    assert only(explanation, "taken apart")["unknown_names"] == ["japan"]
    assert explanation.why == "nothing that was found names japan"


def test_the_words_of_a_speaker_are_weighed_by_themselves(assistant: Assistant) -> None:
    explanation = assistant.explain("What did Kashin say about football?")
    weighing = only(explanation, "weighing")
    assert (weighing["spoken"], weighing["bar"]) == (True, Thresholds().spoken)
    best = max(option["score"] for option in weighing["options"])
    assert explanation.answer.abstained
    assert explanation.why == f"the nearest passage in the words of kashin scores {best:.2f}, below the bar of 0.50"


def test_nothing_found_is_the_reason(assistant: Assistant) -> None:
    assert assistant.explain(KASHIN, files=[]).why == "the search found nothing"


@pytest.mark.parametrize("question", [KASHIN, "How long is Xi's visit to Moscow?", *QUESTIONS[1::4]])
def test_what_is_chosen_is_what_is_cited(assistant: Assistant, question: str) -> None:
    explanation = assistant.explain(question)
    cited = {(c.file, n) for c in explanation.answer.citations for n in range(c.start, c.end)}
    chosen = [
        option for weighing in facts(explanation, "weighing") for option in weighing["options"] if option["chosen"]
    ]
    assert bool(chosen) == bool(explanation.answer.statements)
    for option in chosen:
        text = option["text"].rstrip(" .,;\r\n")
        assert {(option["file"], option["start"] + n) for n in range(len(text))} <= cited
        assert option["why"] == "chosen"
    for weighing in facts(explanation, "weighing"):
        best = weighing["options"][0] if weighing["options"] else {}
        for option in weighing["options"]:
            assert option["chosen"] or option["why"] != "chosen"
            if option["why"] == "too far below the best":
                assert option["score"] < weighing["floor"]
                assert option["file"] == best["file"]
            elif option["why"] == "too far below the best, of another article":
                assert option["score"] < weighing["elsewhere"]
                assert option["file"] != best["file"]


def test_a_partial_answer_tells_what_it_lacks(assistant: Assistant) -> None:
    cases = load(CASES, ROOT / "seeds").only("tuning").cases
    explanations = (assistant.explain(case.question) for case in cases if not case.history)
    partial = next(explanation for explanation in explanations if explanation.answer.outcome == "partial")
    assert "less than 1.4 above it in log odds is not sure" in partial.why
    assert only(partial, "choice")["sure"] is False


def test_a_chosen_quotation_that_is_not_verified_is_the_reason(assistant: Assistant) -> None:
    with traced() as trace:
        answer = assistant.ask(KASHIN)
    removed = tuple(Unverified(statement.text, "no quote says so") for statement in answer.statements)
    left = replace(answer, outcome="not_in_articles", statements=(), citations=(), unverified=removed)
    assert why(left, [noted for _, noted in trace.notes]) == "what was chosen could not be verified"


def test_a_follow_up_tells_what_it_carried_over(assistant: Assistant) -> None:
    explanation = assistant.explain("What did he say about the economy?", HISTORY)
    assert only(explanation, "question") == {
        "question": "What did he say about the economy?",
        "standalone_question": explanation.answer.standalone_question,
        "carried_over": ["Kashin"],
        "assumption": explanation.answer.assumption,
        "turns": 2,
    }
    assert "searched as  What did Kashin say about the economy?" in explanation.text


def test_a_chat_models_passages_statements_and_removals_are_told(assistant: Assistant) -> None:
    reply = "Kashin says that China has its own interests which could suffer [1]. Lyon won the cup [1]."
    explanation = composed(assistant, Scripted(reply=reply)).explain(KASHIN)
    passages = only(explanation, "prompt")["passages"]
    retrieved = explanation.answer.retrieved[: len(passages)]
    assert [(p["file"], p["start"]) for p in passages] == [(r.chunk.file, r.chunk.start) for r in retrieved]
    assert only(explanation, "taken apart")["for_chat_model"] is True
    removed = only(explanation, "answer")["removed"]
    assert [(one["text"], one["reason"]) for one in removed] == [
        (one.text, one.reason) for one in explanation.answer.unverified
    ]
    assert "Lyon won the cup." in [one["text"] for one in removed]
    stated = len(explanation.answer.statements)
    assert [fact["text"] for fact in facts(explanation, "statement")] == [s.text for s in explanation.answer.statements]
    whole = stated + len(removed)
    assert explanation.why == (
        f"{stated} of {whole} statements of the chat model were verified"
        if stated
        else f"none of {whole} statements of the chat model could be verified"
    )
    assert f"removed: Lyon won the cup. ({removed[-1]['reason']})" in explanation.text


def test_a_chat_models_own_refusal_is_the_reason(assistant: Assistant) -> None:
    explanation = composed(assistant, Scripted(reply=ABSTENTION)).explain(KASHIN)
    assert explanation.answer.abstained
    assert explanation.why == "the chat model found no answer in the passages"


def test_a_chat_model_that_is_not_asked_is_told_with_the_reason(assistant: Assistant) -> None:
    explanation = composed(assistant, Refusing()).explain("What is the population of Japan?")
    assert facts(explanation, "prompt") == []
    assert explanation.why == "no chat model was asked: nothing that was found names japan"


def test_a_chat_model_that_fails_is_told_and_what_stood_in_for_it(assistant: Assistant) -> None:
    explanation = composed(assistant, Broken()).explain("How long is Xi's visit to Moscow?")
    assert [taken["for_chat_model"] for taken in facts(explanation, "taken apart")] == [True, False]
    assert only(explanation, "answer")["notice"] == explanation.answer.notice != ""
    assert explanation.why.startswith("the best sentence scores ")
    assert f"notice: {explanation.answer.notice}" in explanation.text


@pytest.mark.parametrize("question", [KASHIN, REFUSED])
def test_the_data_is_plain_and_the_text_has_every_stage(assistant: Assistant, question: str) -> None:
    explanation = assistant.explain(question)
    data = json.loads(explanation.to_json())
    assert data == explanation.to_dict()
    assert Answer.from_dict(data["answer"]) == explanation.answer
    assert all(stage["milliseconds"] >= 0 for stage in data["stages"])
    lines = explanation.text.splitlines()
    assert [line.partition(" (")[0] for line in lines if line[:1] != " "] == [
        *(stage["name"] for stage in data["stages"]),
        f"{explanation.answer.outcome}: {explanation.why}",
    ]
    took = sum(stage["milliseconds"] for stage in data["stages"])
    assert took == pytest.approx(sum(explanation.answer.timings.values()), rel=0.2, abs=20)


def test_an_answerer_that_notes_nothing_is_explained_by_its_answer(assistant: Assistant) -> None:
    answerer = ComposedAnswerer(Scripted(reply=ABSTENTION))
    own = Assistant(assistant.settings, index=assistant.index, embeddings=assistant.embeddings, answerer=answerer)
    explanation = own.explain(KASHIN)
    assert (explanation.why, explanation.answer.text) == ("", ABSTENTION)
    assert explanation.text.splitlines()[-1].startswith("not_in_articles (")


def test_what_cannot_be_asked_cannot_be_explained(assistant: Assistant) -> None:
    with pytest.raises(DatelineError, match="the question is empty"):
        assistant.explain("?")


def test_the_command_explains_in_lines_and_as_json(dateline: Run, assistant: Assistant) -> None:
    expected = assistant.explain(REFUSED)
    done = dateline("ask", "--explain", REFUSED)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(f"{ABSTENTION}\n\nquestion (")
    assert expected.why in done.stdout.splitlines()[-1]
    for line in expected.text.splitlines():
        assert line in done.stdout or line.endswith("ms)") or "retrieval" in line
    done = dateline("ask", "--explain", "--json", REFUSED)
    printed = json.loads(done.stdout)
    assert (done.returncode, done.stderr, printed["why"]) == (0, "", expected.why)
    assert untimed(Answer.from_dict(printed["answer"])) == untimed(expected.answer)
    assert [stage["name"] for stage in printed["stages"]] == [stage.name for stage in expected.stages]


def test_what_was_not_found_is_part_of_the_reason_and_another_questions_stages_are_not(assistant: Assistant) -> None:
    explanation = assistant.explain("What did Kashin say about arms deliveries and about Taiwan?")
    assert explanation.answer.missing == ("Taiwan",)
    assert explanation.why.endswith("nothing was found about Taiwan")
    assert len(facts(explanation, "question")) == len(facts(explanation, "search")) == 1
    assert only(explanation, "answer")["missing"] == ["Taiwan"]
    assert "missing: Taiwan" in explanation.text


def test_a_refusal_tells_what_came_nearest(assistant: Assistant) -> None:
    explanation = assistant.explain("How many rifles has China supplied to Russia?")
    nearest = explanation.answer.nearest
    assert nearest is not None
    assert only(explanation, "choice")["nearest"]["text"] == nearest.quote
    assert "the nearest: " in explanation.text


def test_a_chat_models_refusal_names_the_nearest_too(assistant: Assistant) -> None:
    question = "Who won gold at the Winter Olympics in Beijing?"
    expected = assistant.ask(question).nearest
    assert expected is not None
    refusing = composed(assistant, Scripted(reply=ABSTENTION)).ask(question)
    assert refusing.abstained
    assert refusing.nearest == expected
    assert composed(assistant, Refusing()).ask("What is the population of Japan?").nearest is None
    wrong = composed(assistant, Scripted(reply="Mexico won 500 medals in Paris. [1]")).ask(question)
    assert (len(wrong.unverified), wrong.nearest) == (1, expected)
