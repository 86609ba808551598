"""The embedded answerer chooses sentences, keeps their speaker, or abstains; scores come from a fake scorer."""

from collections.abc import Collection, Mapping, Sequence

from hypothesis import given
from hypothesis import strategies as st

from assistant.answer import Answer
from assistant.extractive import ExtractiveAnswerer
from assistant.weighing import Thresholds
from retrieval.articles import Article, Chunk, ScoredChunk
from retrieval.evidence import Evidence, Passage
from retrieval.leftovers import leftover_spans


class WordScores:
    """A sentence scores the highest number given to any word in it; `span` is the shortest answer where it stands."""

    def __init__(self, scores: Mapping[str, float], span: str = "") -> None:
        self.scores = scores
        self.span = span

    def score(self, question: str, passages: Sequence[Passage], *, given: Collection[str] = ()) -> list[Evidence]:
        found = []
        for passage in passages:
            texts = [passage.text[start:end] for start, end in passage.sentences]
            scores = tuple(max((s for word, s in self.scores.items() if word in text), default=0.0) for text in texts)
            start = passage.text.find(self.span) if self.span else -1
            span = (start, start + len(self.span)) if start >= 0 else None
            found.append(Evidence(max(scores, default=0.0), max(scores, default=0.0), scores, span))
        return found


def answer(
    question: str, texts: Mapping[str, str], scores: Mapping[str, float], *, span: str = "", sure: float = 0.0
) -> Answer:
    articles = {
        file: Article(file=file, title="", text=text, sha256=file, leftovers=tuple(leftover_spans(text)))
        for file, text in texts.items()
    }
    chunks = [ScoredChunk(Chunk(file, 0, len(text), text), 1.0) for file, text in texts.items()]
    thresholds = Thresholds(answer=0.5, spoken=0.5, sure=sure)
    answerer = ExtractiveAnswerer(WordScores(scores, span), thresholds=thresholds)
    *_, last = answerer.stream(question, chunks, articles)
    assert isinstance(last, Answer)
    for citation in last.citations:
        assert texts[citation.file][citation.start : citation.end] == citation.quote
    return last


DAM = (
    "The dam is safe for now, believes geologist Astrid Lindgren. “The slope moves. It moves slowly”.\n"
    "“Nobody has to leave.”\nThe road was closed on Friday. Rain fell all week."
)


def test_answers_with_the_best_sentence_alone() -> None:
    found = answer("When was the road closed?", {"a.txt": DAM}, {"road": 0.9, "Rain": 0.2})
    assert [citation.quote for citation in found.citations] == ["The road was closed on Friday."]
    assert found.outcome == "answered"


def test_abstains_below_the_threshold() -> None:
    found = answer("Who built the bridge?", {"a.txt": DAM}, {"road": 0.4})
    assert found.abstained
    assert found.statements == found.citations == ()
    assert found.retrieved


def test_a_speakers_block_comes_whole_with_the_sentence_that_names_him() -> None:
    found = answer("What did Lindgren say about evacuation?", {"a.txt": DAM}, {"Nobody": 0.9, "road": 0.95})
    assert len(found.citations) == 1
    assert found.citations[0].quote.startswith("The dam is safe")
    assert found.citations[0].quote.endswith("“Nobody has to leave.”")


def test_abstains_when_no_article_has_the_speaker_speak() -> None:
    assert answer("What did Bohr say about the road?", {"a.txt": DAM}, {"road": 0.9}).abstained


def test_abstains_when_the_speaker_never_mentions_the_subject() -> None:
    assert answer("What did Lindgren say about the road?", {"a.txt": DAM}, {"road": 0.9, "Nobody": 0.1}).abstained


def test_cites_the_file_where_the_speaker_is_on_the_subject() -> None:
    other = "Astrid Lindgren said the bank was rich."
    found = answer("What did Lindgren say about leaving?", {"a.txt": DAM, "b.txt": other}, {"Nobody": 0.9, "bank": 0.3})
    assert {citation.file for citation in found.citations} == {"a.txt"}


def test_a_quotation_far_from_its_speaker_is_led_in_by_his_name() -> None:
    text = "Niels Bohr said it would fall. He added one thing. He added two things. He added three. He added that glass breaks."
    found = answer("What would break?", {"a.txt": text}, {"glass": 0.9})
    assert "Bohr" in found.text
    assert found.citations[0].quote.endswith("He added that glass breaks.")


def test_a_short_answer_is_highlighted_where_it_stands() -> None:
    found = answer("When was the road closed?", {"a.txt": DAM}, {"road": 0.9}, span="Friday")
    (citation,) = found.citations
    assert citation.highlight is not None
    assert DAM[slice(*citation.highlight)] == "Friday"
    assert citation.highlighted == ("The road was closed on ", "Friday", ".")


def test_a_long_span_or_one_of_another_sentence_is_not_highlighted() -> None:
    for span in ("Rain", "Astrid Lindgren. “The slope moves. It moves slowly”.\n“Nobody"):
        found = answer("When was the road closed?", {"a.txt": DAM}, {"road": 0.9}, span=span)
        assert [citation.highlight for citation in found.citations] == [None]


def test_an_answer_just_above_the_bar_is_partial() -> None:
    outcomes = [
        answer("When was the road closed?", {"a.txt": DAM}, {"road": score}, sure=1.0).outcome
        for score in (0.4, 0.6, 0.9)
    ]
    assert outcomes == ["not_in_articles", "partial", "answered"]


def test_all_that_a_speaker_said_is_an_answer() -> None:
    assert answer("What did Lindgren say?", {"a.txt": DAM}, {}, sure=1.0).outcome == "answered"


def test_what_was_retrieved_is_ordered_by_what_bears_on_the_question() -> None:
    found = answer("What did it cost?", {"a.txt": DAM, "b.txt": "Glass costs 3 euros."}, {"Glass": 0.8})
    assert [scored.chunk.file for scored in found.retrieved] == ["b.txt", "a.txt"]


def test_little_is_enough_to_ask_a_chat_model_and_nothing_is_not() -> None:
    article = Article(file="a.txt", title="", text=DAM, sha256="a.txt")
    chunks = [ScoredChunk(Chunk("a.txt", 0, len(DAM), DAM), 1.0)]
    question = "When was the road closed?"
    for score, bears in ((0.3, True), (0.01, False)):
        answerer = ExtractiveAnswerer(WordScores({"road": score}))
        assert bool(answerer.bearing(question, chunks, {"a.txt": article}).chunks) == bears


def test_a_number_is_wanted_where_the_question_asks_for_one() -> None:
    text = "Many people live in the valley.\nSome 400 people live there."
    found = answer("How many people live in the valley?", {"a.txt": text}, {"valley": 0.7, "400": 0.6})
    assert [citation.quote for citation in found.citations] == ["Some 400 people live there."]


def test_no_quote_reaches_across_a_teaser() -> None:
    text = "Niels Bohr said the dam would fall.\nREAD ALSO: Cats elect a mayor\n“The dam is old,” he added.\nThe road was closed."
    found = answer("What did Bohr say about the dam?", {"a.txt": text}, {"dam": 0.9})
    assert len(found.citations) == 2
    assert not any("Cats" in citation.quote for citation in found.citations)


@given(st.text(max_size=300), st.lists(st.text(min_size=1, max_size=5), max_size=4))
def test_every_quote_is_the_articles_own_words(text: str, words: list[str]) -> None:
    answer("What did Bohr say about it?", {"a.txt": text}, dict.fromkeys(words, 0.9))
    answer("Where is it?", {"a.txt": text}, dict.fromkeys(words, 0.9))


def test_abstains_when_the_question_names_what_no_article_knows() -> None:
    assert answer("When was the road to Uppsala closed?", {"a.txt": DAM}, {"road": 0.9}).abstained


def test_words_among_the_articles_own_are_led_in_by_their_speaker() -> None:
    text = (
        "The dam is safe for now, believes geologist Astrid Lindgren. “The slope moves. It moves slowly”.\n"
        "Rain fell all week. Fields were flooded. Cows were moved.\nThe road was closed on Friday. “It opens soon,” she said."
    )
    found = answer("Is the road closed?", {"a.txt": text}, {"road": 0.9, "opens": 0.9})
    assert [statement.text for statement in found.statements] == [
        "The road was closed on Friday.",
        "Astrid Lindgren: “It opens soon,” she said.",
    ]
    assert not found.unverified


def nearest(question: str, texts: Mapping[str, str], scores: Mapping[str, float]) -> str | None:
    found = answer(question, texts, scores)
    assert found.abstained
    if found.nearest is None:
        return None
    one = found.nearest
    assert texts[one.file][one.start : one.end] == one.quote
    assert (one.number, one.highlight, found.citations) == (0, None, ())
    return one.quote


def test_a_refusal_names_the_best_sentence_about_the_subject() -> None:
    scores = {"road": 0.4, "Rain": 0.45}
    assert nearest("How long was the road closed?", {"a.txt": DAM}, scores) == "The road was closed on Friday."


def test_the_nearest_is_one_sentence_whatever_it_leans_on() -> None:
    text = "The mine closed long ago. It poisoned the river."
    assert nearest("Who poisoned the river?", {"a.txt": text}, {"river": 0.4}) == "It poisoned the river."


def test_the_nearest_is_about_the_subject_whoever_says_it() -> None:
    text = "Niels Bohr said that glass breaks.\nThe dam is old, said Astrid Lindgren."
    assert nearest("What did Bohr say about the dam?", {"a.txt": text}, {"glass": 0.45, "dam": 0.4}) == (
        "The dam is old, said Astrid Lindgren."
    )


def test_the_nearest_may_lack_the_kind_of_thing_that_is_asked_for_and_know_no_name_of_it() -> None:
    texts = {"a.txt": "The village sold its old mill."}
    assert nearest("How many mills did the village sell?", texts, {"mill": 0.9}) == texts["a.txt"]
    assert nearest("When did Uppsala sell its old mill?", texts, {"mill": 0.9}) == texts["a.txt"]


def test_nothing_is_the_nearest_where_nothing_bears_on_the_question() -> None:
    assert nearest("How long was the road closed?", {"a.txt": DAM}, {"road": 0.2}) is None
    assert nearest("What is the price of chocolate in Uppsala?", {"a.txt": DAM}, {"road": 0.9}) is None


def test_an_answer_has_no_nearest() -> None:
    assert answer("When was the road closed?", {"a.txt": DAM}, {"road": 0.9}).nearest is None
