"""Articles that a reader adds: by button, by dropping them, asked about, removed, refused, and nobody else's."""

from page_fakes import running_page, seeds_assistant
from playwright.sync_api import Browser, FilePayload, Locator, expect
from reader import Reader, reading

from assistant.settings import Settings
from ui import texts

FERRY = "The ferry Aurora ran aground near Tromsø on Tuesday.\n\nAll 214 passengers were taken ashore, the coast guard said.\n"
ASKED = "Where did the ferry Aurora run aground?"
WHERE = "The ferry Aurora ran aground near Tromsø on Tuesday."


def file(name: str, content: str | bytes) -> FilePayload:
    return {"name": name, "mimeType": "text/plain", "buffer": content.encode() if isinstance(content, str) else content}


def add(reader: Reader, *files: FilePayload) -> Locator:
    """Choose files with the button; gives the line of the last, once it is decided."""
    if not reader.library.is_visible():
        reader.page.locator("#articles-button").click()
    before = reader.library.locator(".added li").count()
    with reader.page.expect_file_chooser() as chooser:
        reader.library.locator("#add").click()
    chooser.value.set_files(list(files))
    lines = reader.library.locator(".added li")
    expect(lines).to_have_count(before + len(files))
    expect(lines.filter(has_text=texts.ADDING)).to_have_count(0, timeout=30_000)
    return lines.last


def test_an_added_article_is_listed_read_cited_and_removed(seeds_reader: Reader) -> None:
    reader = seeds_reader
    expect(add(reader, file("ferry.txt", FERRY))).to_contain_text(f"{texts.ADDED}: ferry.txt")
    entry = reader.library.locator(".entry[data-file$='ferry.txt']")
    expect(entry).to_have_count(1)
    reader.picture("adding-added")
    turn = reader.ask(ASKED)
    expect(turn.locator(".statement").first).to_contain_text(WHERE)
    reader.open_source(turn, 1)
    assert WHERE in reader.chosen()
    reader.page.locator("#articles-button").click()
    entry.get_by_role("button", name=texts.REMOVE).click()
    expect(entry).to_have_count(0)
    assert WHERE not in " ".join(reader.statements(reader.ask(ASKED)))


def test_files_dropped_on_the_page_are_added(seeds_reader: Reader) -> None:
    reader = seeds_reader
    dropped = reader.page.evaluate_handle(
        """(text) => { const data = new DataTransfer();
                       data.items.add(new File([text], 'dropped.md', {type: 'text/markdown'}));
                       data.items.add(new File(['no article'], 'virus.exe'));
                       return data }""",
        FERRY,
    )
    composer = "#conversation"
    reader.page.dispatch_event(composer, "dragover", {"dataTransfer": dropped})
    reader.picture("adding-drop")
    reader.page.dispatch_event(composer, "drop", {"dataTransfer": dropped})
    added = reader.library.locator(".added")
    expect(added).to_contain_text(f"{texts.ADDED}: dropped.md", timeout=30_000)
    expect(added).to_contain_text(f"{texts.REFUSED}: virus.exe")
    expect(reader.library.get_by_role("status")).to_be_visible()


def test_what_is_not_added_says_why_in_the_readers_words(seeds_reader: Reader) -> None:
    reader = seeds_reader
    add(reader, file("ferry.txt", FERRY))
    for name, content, why in (
        ("photo.jpg", b"\xff\xd8\xff\xe0", ".txt"),
        ("empty.txt", "", "empty"),
        ("again.txt", FERRY, "ferry.txt"),
        ("binary.txt", b"\x00\x01\x02\xff" * 200, "binary"),
        ("huge.txt", b"x" * 2_000_001, "2,000,000"),
    ):
        line = add(reader, file(name, content))
        expect(line).to_contain_text(f"{texts.REFUSED}: {name}")
        expect(line).to_contain_text(why)
    expect(reader.library.locator(".entry")).to_have_count(6)
    # The server's 4xx are told to the reader; the browser's console tells of them too.
    assert all("Failed to load resource" in error for error in reader.errors)
    reader.errors.clear()


def test_nobody_else_sees_an_added_article(browser: Browser, seeds_reader: Reader, seeds_address: str) -> None:
    add(seeds_reader, file("ferry.txt", FERRY))
    assert WHERE in seeds_reader.ask(ASKED).inner_text()
    with reading(browser, seeds_address) as other:
        expect(other.library.locator(".entry")).to_have_count(5)
        assert "Aurora ran aground" not in other.ask(ASKED).inner_text()
        assert "ferry.txt" not in other.page.content()
    # Another page of the same reader has it.
    page = seeds_reader.context.new_page()
    page.goto(seeds_address)
    expect(page.locator(".library .entry[data-file$='ferry.txt']")).to_have_count(1)


def test_uploads_are_off_by_a_setting(browser: Browser) -> None:
    closed = seeds_assistant(settings=Settings(uploads=False))
    with running_page(closed) as address, reading(browser, address) as reader:
        expect(reader.library.locator("#add")).to_have_count(0)
        expect(reader.page.locator("input[type=file]")).to_have_count(0)
        sent = reader.page.request.post(f"{address}/page/upload?name=a.txt", data="An article.")
        assert sent.status == 403
