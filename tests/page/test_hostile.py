"""Nothing that others wrote is ever markup, wherever it stands; nothing of it calls out.

`test_detector` shows that every payload would, and that the counter would see it.
"""

import json
import re
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from beacons import Beacons, counting
from http_reader import http_reader
from page_fakes import FakeAssistant, article, running_page
from payloads import FILE_NAMES, PAYLOADS
from playwright.sync_api import Browser, FilePayload, expect
from provider_stub import Behaviour, serving
from reader import Reader, reading

from assistant import Assistant, Settings
from assistant.answer import Answer, StatementEvent, Unverified
from evals.originals import Originals
from retrieval.articles import Skipped
from ui import texts

# Elements that the page itself never makes of what it shows.
FOREIGN = "script, iframe, img, form, style, object, embed, video, audio, link, meta, base, svg image"
RIGHT_TO_LEFT = "\u202e\u202d\u2066\u2067\u2068"

# Text with characters that turn the direction must not reach text of ours: something between the two isolates it.
_SPILLS = """(turning) => {
  const walker = document.createTreeWalker(document.querySelector('.gradio-container'), NodeFilter.SHOW_TEXT);
  const spills = [];
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (![...turning].some((each) => node.data.includes(each)) || !node.parentElement.checkVisibility()) continue;
    let at = node.parentElement;
    while (getComputedStyle(at).display.startsWith('inline') && getComputedStyle(at).unicodeBidi === 'normal' &&
           !at.matches('button, textarea')) at = at.parentElement;
    if (at.textContent.trim() !== node.data.trim() && getComputedStyle(at).unicodeBidi === 'normal' &&
        !node.parentElement.closest('.text')) spills.push(at.outerHTML.slice(0, 300));
  }
  return spills;
}"""


@pytest.fixture(scope="module")
def beacons() -> Iterator[Beacons]:
    with counting() as beacons:
        yield beacons


@contextmanager
def unharmed(browser: Browser, address: str, beacons: Beacons, path: str = "/", **options: Any) -> Iterator[Reader]:
    """A reader on whose page, afterwards, nothing ran, nothing called out, and nothing stands that the page did not make."""
    with reading(browser, address, path, **options) as reader:
        yield reader
        nothing_came_of_it(reader, beacons)


def nothing_came_of_it(reader: Reader, beacons: Beacons) -> None:
    body = reader.page.locator("#masthead, #desk, #peek")
    assert body.locator(FOREIGN).evaluate_all("all => all.map(each => each.outerHTML)") == []
    links = reader.page.evaluate("[...document.querySelectorAll('a')].map(link => link.getAttribute('href'))")
    assert [link for link in links if not re.fullmatch(r"#cite-\d+", link)] == []
    handlers = "all => all.flatMap(each => each.getAttributeNames().filter(name => name.startsWith('on')))"
    assert reader.page.locator("*").evaluate_all(handlers) == []
    assert reader.page.evaluate("window.hacked") is None
    reader.page.wait_for_timeout(200)
    assert beacons.hits == []


def look_everywhere(reader: Reader) -> None:
    """Hover, open and read all that an answer brings, the list and the conversations."""
    turn = reader.turns.last
    for details in turn.locator("details").all():
        details.locator("summary").click()
    nothing_spills(reader)
    for chip in turn.locator("a.cite").all()[:4]:
        chip.hover()
        chip.click()
        expect(reader.article.locator("mark.chosen").first).to_be_attached()
    nothing_spills(reader)
    reader.page.locator("#articles-button").click()
    for details in reader.library.locator("details").all():
        details.locator("summary").click()
    reader.library.locator("input.only").first.check()
    reader.page.locator("#conversations-button").click()
    nothing_spills(reader)
    reader.page.keyboard.press("Escape")


def nothing_spills(reader: Reader) -> None:
    assert reader.page.evaluate(_SPILLS, RIGHT_TO_LEFT) == []


class Hostile(FakeAssistant):
    """Says something hostile in every field that an answer has."""

    texts: Sequence[str] = ()

    def stream(
        self, question: str, history: Sequence[Any] | None = None, **options: Any
    ) -> Generator[StatementEvent | Answer, None, None]:
        joined = " | ".join(self.texts)
        for event in super().stream(question, history, **options):
            if isinstance(event, Answer):
                made = event.to_dict()
                made |= {"standalone_question": joined, "assumption": joined, "notice": joined, "outcome": "partial"}
                made |= {"missing": [*self.texts], "abstained": False}
                made["unverified"] = [{"text": text, "reason": text} for text in self.texts]
                yield Answer.from_dict(made)
            else:
                yield event

    def suggestions(self, *_: Any, **__: Any) -> Generator[str, None, None]:
        yield from self.texts


@pytest.mark.parametrize("half", [0, 1])
def test_nothing_hostile_in_any_field_of_an_answer_becomes_markup(
    browser: Browser, beacons: Beacons, picture_name: str, half: int
) -> None:
    payloads = [payload.at(beacons.address) for payload in PAYLOADS[half::2]]
    names = [*FILE_NAMES, *(f"{n}.txt" for n in range(len(payloads)))][: len(payloads)]
    folder = [
        article(name, f"Before.\n\nquote {payload} end\n\nafter", title=payload)
        for name, payload in zip(names, payloads, strict=True)
    ]
    quotes = [(each.file, f"quote {payload} end") for each, payload in zip(folder, payloads, strict=True)]
    hostile = Hostile(folder, {"all": quotes}, skipped=[Skipped(payload, payload) for payload in payloads])
    hostile.texts = payloads
    with running_page(hostile) as address, unharmed(browser, address, beacons) as reader:
        nothing_spills(reader)
        turn = reader.ask("all " + " ".join(payloads))
        assert turn.locator(".statement a.cite").count() == len(quotes)
        for number, (file, words) in enumerate(quotes, start=1):
            reader.open_source(turn, number)
            assert reader.chosen() == words
            assert reader.article.get_attribute("data-file") == file
        look_everywhere(reader)
        reader.picture(picture_name)
        nothing_came_of_it(reader, beacons)
        reader.reload()
        expect(reader.turns).to_have_count(1)
        look_everywhere(reader)


def hostile_folder(folder: Path, site: str) -> None:
    """Articles on the disk about a harbour, each with a payload in its title and its sentence."""
    for number, payload in enumerate(PAYLOADS):
        hostile = payload.at(site)
        name = FILE_NAMES[number] if number < len(FILE_NAMES) else f"{payload.name}.txt"
        text = f"Harbour news {hostile}\n\nThe harbour was closed on Monday because of {hostile}, the mayor said.\n"
        (folder / name).write_bytes(text.encode("utf-8", "surrogatepass"))
    page = "".join(payload.at(site) for payload in PAYLOADS)
    (folder / "page.html").write_text(
        f"<html><head><title>{page}</title></head><body><article><h1>Harbour</h1><p>The harbour of the page was closed by"
        f" the storm on Tuesday. {page}</p><p>The ferries stay in port until Friday, the mayor said.</p></article></body></html>",
        "utf-8",
    )


@pytest.fixture(scope="module")
def harbour(tmp_path_factory: pytest.TempPathFactory, beacons: Beacons) -> Path:
    folder = tmp_path_factory.mktemp("hostile")
    hostile_folder(folder, beacons.address)
    return folder


def test_nothing_of_a_hostile_folder_becomes_markup(browser: Browser, beacons: Beacons, harbour: Path) -> None:
    with (
        Assistant.from_settings(Settings(corpus=harbour)) as assistant,
        running_page(assistant) as address,
        unharmed(browser, address, beacons) as reader,
    ):
        assert len(assistant.articles) + len(assistant.skipped) == len(PAYLOADS) + 1
        assert [skipped for skipped in assistant.skipped if "binary" not in skipped.reason] == []
        originals = Originals(harbour)
        for question in ("When was the harbour closed?", "What did the mayor say about the ferries?"):
            turn = reader.ask(question)
            for chip in turn.locator(".statement a.cite").all():
                file, number = (str(chip.get_attribute(f"data-{name}")) for name in ("file", "number"))
                reader.open_source(turn, int(number))
                assert reader.article.get_attribute("data-file") == file
                words = reader.chosen()
                assert words in str(originals.text(file))
            look_everywhere(reader)
        reader.page.locator("#articles-button").click()
        for entry in reader.library.locator(".entry").all()[:: len(PAYLOADS) // 8]:
            file = str(entry.get_attribute("data-file"))
            entry.locator("button.open").click()
            expect(reader.article).to_have_attribute("data-file", file)
            assert reader.article.locator(".text").evaluate("text => text.textContent") == originals.text(file)
            nothing_spills(reader)
            reader.article.locator("button.back-to-list").click()


def test_nothing_that_a_hostile_model_writes_becomes_markup(
    browser: Browser, beacons: Beacons, harbour: Path, picture_name: str
) -> None:
    site = beacons.address
    written = "The harbour was closed on Monday [1]. " + " ".join(
        f"The harbour was closed on Monday because of {payload.at(site)}, the mayor said [{number % 9}]."
        for number, payload in enumerate(PAYLOADS)
    )
    with serving(Behaviour(pieces=tuple(re.findall(r".{1,40}", written, re.DOTALL)))) as (stub, url):
        settings = Settings(corpus=harbour, model="openai:scripted", model_url=url)
        with (
            Assistant.from_settings(settings) as assistant,
            running_page(assistant) as address,
            unharmed(browser, address, beacons) as reader,
        ):
            turn = reader.ask("When was the harbour closed?")
            assert stub.asked
            shown = len(reader.statements(turn)) + turn.locator("details.unverified li").count()
            assert shown >= len(PAYLOADS) / 2
            look_everywhere(reader)
            reader.picture(picture_name)


def test_a_hostile_link_asks_its_words_and_no_more(browser: Browser, beacons: Beacons, address: str) -> None:
    for payload in PAYLOADS[::8]:
        words = payload.at(beacons.address)
        with unharmed(
            browser, address, beacons, f"/?q={quote(words)}&in={quote(words)}&x[]=1#{quote(words)}"
        ) as reader:
            turn = reader.over(reader.turns.first)
            expect(turn.locator(".question")).to_contain_text(" ".join(words.split())[:30])
            nothing_spills(reader)


GARBAGE = (
    "",
    "null",
    "1",
    '"x"',
    "[]",
    "{}",
    "[null]",
    "{",
    '[{"id": 1}]',
    '{"turns": 1}',
    '{"turns": [1, null, "x"]}',
)


def test_whatever_stands_in_the_browsers_storage_the_page_opens_and_answers(
    browser: Browser, beacons: Beacons, address: str
) -> None:
    with unharmed(browser, address, beacons) as reader:
        reader.ask("What did Kashin say?")
        keys = list(reader.stored())
        hostile = "".join(payload.at(beacons.address) for payload in PAYLOADS)
        for value in (
            *GARBAGE,
            hostile,
            json.dumps({"turns": [{"question": hostile, "answer": {"outcome": hostile}}]}),
        ):
            script = "([keys, value]) => keys.forEach(key => localStorage.setItem(key, value))"
            reader.page.evaluate(script, [keys, value])
            reader.reload()
        reader.page.locator("#conversations-button").click()
        nothing_spills(reader)
        reader.page.keyboard.press("Escape")
        reader.page.locator("#new-chat").click()
        expect(reader.ask("What did Ushakov praise?").locator(".statement")).to_have_count(1)


def test_a_kept_conversation_full_of_hostile_text_is_shown_as_text(
    browser: Browser, beacons: Beacons, address: str
) -> None:
    with unharmed(browser, address, beacons) as reader:
        reader.ask("What did Kashin say? unverified partly notice")
        reader.ask("elsewhere: bananas?")
        hostile = "".join(payload.at(beacons.address) for payload in PAYLOADS)
        for key, kept in reader.stored().items():
            if key.startswith("dateline.conversation."):
                script = "([key, value]) => localStorage.setItem(key, value)"
                reader.page.evaluate(script, [key, poisoned(kept, hostile)])
            elif key == "dateline.conversations":
                listed = [{**entry, "title": hostile} for entry in json.loads(kept)]
                reader.page.evaluate(
                    "value => localStorage.setItem('dateline.conversations', value)", json.dumps(listed)
                )
        reader.reload()
        expect(reader.turns).to_have_count(2)
        assert all(hostile[:200] in said for said in reader.turns.locator(".statement, .notice").all_text_contents())
        reader.picture("hostile-storage")
        for details in reader.turns.locator("details").all():
            details.locator("summary").click()
        reader.page.locator("#conversations-button").click()
        nothing_spills(reader)
        nothing_came_of_it(reader, beacons)


def poisoned(kept: str, hostile: str) -> str:
    """The same conversation with `hostile` in every text of it, in the form that the page keeps."""
    conversation = json.loads(kept)
    for turn in conversation["turns"]:
        answer = Answer.from_dict(turn["answer"])
        turn["question"] += hostile
        turn["answer"] = replace(
            answer,
            question=answer.question + hostile,
            statements=tuple(replace(statement, text=statement.text + hostile) for statement in answer.statements),
            citations=tuple(replace(citation, title=hostile) for citation in answer.citations),
            unverified=tuple(Unverified(each.text + hostile, hostile) for each in answer.unverified),
            missing=(hostile,) if answer.missing else (),
            standalone_question=hostile,
            assumption=hostile,
            notice=hostile,
        ).to_dict()
    return json.dumps(conversation)


def test_hostile_names_of_added_files_are_shown_as_text(browser: Browser, beacons: Beacons, seeds_address: str) -> None:
    with unharmed(browser, seeds_address, beacons) as reader:
        names = [*FILE_NAMES, *(payload.at(beacons.address).replace("/", "∕") for payload in PAYLOADS[::5])]
        files: list[FilePayload] = [
            {"name": name, "mimeType": "text/plain", "buffer": f"Article {number}.".encode()}
            for number, name in enumerate(names)
        ]
        reader.library.locator("input[type=file]").set_input_files(files)
        lines = reader.library.locator(".added li")
        expect(lines).to_have_count(len(names), timeout=30_000)
        expect(lines.filter(has_text=texts.ADDING)).to_have_count(0, timeout=60_000)
        nothing_spills(reader)
        reader.picture("hostile-uploads")


ODD: tuple[Any, ...] = (
    None,
    1,
    "x",
    [],
    [[]],
    {},
    {"file": 1},
    {"file": "../../etc/passwd"},
    {"file": {}},
    {"answer": {}},
    {"answers": [1]},
)


@pytest.mark.parametrize(
    "service",
    [
        "open_article",
        "open_library",
        "search_library",
        "restore_turns",
        "write_markdown",
        "suggest_questions",
        "keep_feedback",
        "remove_article",
    ],
)
def test_odd_requests_get_a_line_and_not_a_fault(address: str, service: str) -> None:
    more = (
        {"turns": [1], "answers": [{}], "files": [{}, []], "answer": {"question": 1}},
        {
            "file": "000_02acd30f241aa87e.txt",
            "citations": [1, {}, {"number": True, "start": -1, "end": 1e99}],
            "part": 10**30,
        },
        {"query": "\ud800" * 10, "turns": [{"question": "x", "answer": {"outcome": "<b>"}}]},
        {"turns": [{"question": "x", "error": {"a": 1}}], "note": None, "history": "x"},
    )
    with http_reader(address) as reader:
        for sent in (*ODD, *more):
            reply = reader.call(service, sent)
            assert reply.status_code == 200, f"{sent!r}: {reply.status_code} {reply.text[:300]}"
            assert "Traceback" not in reply.text


def test_odd_questions_over_http_get_a_line_and_not_a_fault(address: str) -> None:
    with http_reader(address) as reader:
        asked: list[dict[str, Any]] = [
            {"question": "Kashin?", "history": "x"},
            {"question": "Kashin?", "history": [{"role": "system", "content": {}}]},
            {"question": "Kashin?", "files": [{}]},
            {"question": "Kashin?", "files": "x"},
            {"question": "Kashin?", "number": "<script>"},
        ]
        for odd in asked:
            turn = reader.ask(**odd)
            assert turn["state"] in ("done", "error")
            assert "<script" not in turn["html"]
