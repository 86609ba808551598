"""Files of every kind as articles, and those that are none with the reason."""

import os
import socket
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.articles import Article, Skipped, article_files, read_article, read_folder
from retrieval.decoding import decode
from retrieval.errors import DatelineError

SEEDS = Path(__file__).parent.parent / "seeds"
PROSE = "Prime Minister Özil met the “envoys” in Genève.\r\nThey talked about the café's début."
ENGLISH = PROSE + " The two sides are to sign a pair of agreements on Tuesday, and the talks go on in the evening." * 3
RUSSIAN = (
    "Президент России встретился в понедельник с лидером Китая и обсудил с ним поставки оружия. "
    "По словам эксперта, стороны не хотят обострения отношений с Соединёнными Штатами.\r\n"
) * 3
JAPANESE = "首相は月曜日に北京を訪問し、経済協力について話し合った。両国は新しい協定に署名する予定だ。\n" * 4
CHINESE = "国家主席星期一抵达莫斯科进行为期三天的国事访问。双方将签署重要的经济文件。\n" * 4


def write(folder: Path, name: str, content: str | bytes = "He left the room.") -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    return path


def reasons(folder: Path, **options: int) -> dict[str, str]:
    return {skip.file: skip.reason for skip in read_folder(folder, **options).skipped}


def test_reads_the_seeds_byte_for_byte() -> None:
    corpus = read_folder(SEEDS)
    assert [article.text.encode() for article in corpus.articles] == [
        path.read_bytes() for path in sorted(SEEDS.glob("*.txt"))
    ]
    assert corpus.skipped == ()
    assert [article.title[:40] for article in corpus.articles] == [
        "Chinese President and Vladimir Putin are",
        "Chinese leader Xi Jinping will visit Mos",
        "The Russian Federation has strengthened ",
        "Putin arrives in China and meets with Xi",
        "Russia and China mark a “new era” with a",
    ]


def test_reads_txt_md_and_html_recursively_and_nothing_else(tmp_path: Path) -> None:
    for name in ("b.md", "a.TXT", "deep/er/c.txt", "d.csv", ".hidden.txt", ".git/e.txt"):
        write(tmp_path, name)
    assert [article.file for article in read_folder(tmp_path).articles] == ["a.TXT", "b.md", "deep/er/c.txt"]


@pytest.mark.parametrize(
    ("encoding", "mark"),
    [
        ("utf-8", b""),
        ("utf-8", b"\xef\xbb\xbf"),
        ("utf-16-le", b""),
        ("utf-16-be", b""),
        ("utf-16-le", b"\xff\xfe"),
        ("utf-16-be", b"\xfe\xff"),
        ("utf-32-le", b"\xff\xfe\x00\x00"),
    ],
)
def test_decodes_unicode_with_and_without_a_mark_and_keeps_line_ends(encoding: str, mark: bytes) -> None:
    assert decode(mark + PROSE.encode(encoding)) == PROSE


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (RUSSIAN, "cp1251"),
        (RUSSIAN, "koi8-r"),
        (RUSSIAN, "utf-16-le"),
        (RUSSIAN, "utf-16-be"),
        (ENGLISH.replace("“", "'").replace("”", "'"), "latin-1"),
        (ENGLISH, "cp1252"),
        (JAPANESE, "shift_jis"),
        (CHINESE, "gb18030"),
    ],
)
def test_decodes_legacy_encodings(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding)) == text


def test_a_few_broken_bytes_do_not_garble_the_rest() -> None:
    text = decode(RUSSIAN.encode() + b"\xff\n")
    assert text == RUSSIAN + "\ufffd\n"
    assert decode(b"one stray \x00 in an article of many words") == "one stray \x00 in an article of many words"


@given(st.binary() | st.text().map(lambda text: text.encode("utf-16")) | st.binary().map(lambda raw: b"\xff\xfe" + raw))
def test_decoding_never_raises(raw: bytes) -> None:
    assert isinstance(decode(raw), str | None)


@given(st.text(st.characters(exclude_categories=("Cs", "Cc"))))
def test_utf8_is_decoded_as_it_is(text: str) -> None:
    if not text.encode().startswith((b"%PDF-", b"GIF8", b"PK", b"BZh", b"Rar!", b"7z", b"\xef\xbb\xbf")):
        assert decode(text.encode()) == text or text.count("\ufffd") > 2


@pytest.mark.parametrize(
    "raw",
    [
        b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(range(256)) * 4,
        b"PK\x03\x04\x14\x00\x00\x00\x08\x00" + bytes(range(255, -1, -1)) * 4,
        b"%PDF-1.4\n1 0 obj << /Type /Catalog >> endobj\n",
        bytes(range(256)) * 8,
    ],
    ids=["png", "zip", "pdf", "bytes"],
)
def test_binary_files_are_skipped_with_the_reason(tmp_path: Path, raw: bytes) -> None:
    write(tmp_path, "a.txt", raw)
    write(tmp_path, "b.txt")
    assert reasons(tmp_path) == {"a.txt": "binary, or in no encoding that can be told"}


def test_one_bad_file_never_stops_the_rest(tmp_path: Path) -> None:
    write(tmp_path, "good.txt")
    write(tmp_path, "empty.txt", "")
    write(tmp_path, "blank.txt", " \r\n\t")
    write(tmp_path, "large.txt", "x" * 101)
    write(tmp_path, "shell.html", "<html><body></body></html>")
    (tmp_path / "folder.txt").mkdir()
    write(tmp_path, "folder.txt/inside.txt")
    os.symlink(tmp_path / "nowhere", tmp_path / "broken.txt")
    os.symlink(tmp_path / "loop.txt", tmp_path / "loop.txt")
    corpus = read_folder(tmp_path, max_bytes=100)
    assert [article.file for article in corpus.articles] == ["folder.txt/inside.txt", "good.txt"]
    found = {skip.file: skip.reason for skip in corpus.skipped}
    assert {name: found[name] for name in ("empty.txt", "blank.txt", "large.txt", "shell.html")} == {
        "empty.txt": "empty",
        "blank.txt": "empty",
        "large.txt": "too large: 101 bytes, at most 100 are read",
        "shell.html": "a web page without an article's text",
    }
    assert found["broken.txt"].startswith("unreadable: no such file")
    assert found["loop.txt"].startswith("unreadable: ")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
@pytest.mark.timeout(10)
def test_a_named_pipe_is_no_article_and_nothing_waits_for_it(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    write(tmp_path, "b.txt")
    assert reasons(tmp_path) == {"pipe.txt": "not a regular file"}
    assert read_article(tmp_path / "pipe.txt", tmp_path) == Skipped("pipe.txt", "not a regular file")


def test_links_that_leave_the_folder_are_skipped_and_those_inside_are_read(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    write(corpus, "a.txt")
    os.symlink(write(tmp_path, "secret.txt"), corpus / "out.txt")
    os.symlink(corpus / "a.txt", corpus / "in.txt")
    os.symlink(corpus, corpus / "around")
    os.symlink(tmp_path, corpus / "up")
    assert [article.file for article in read_folder(corpus).articles] == ["a.txt", "in.txt"]
    assert reasons(corpus) == {
        "out.txt": "a link that leaves the corpus folder",
        "around": "a link to a folder is not followed",
        "up": "a link to a folder is not followed",
    }


def test_a_file_deleted_while_the_folder_is_read_is_skipped(tmp_path: Path) -> None:
    write(tmp_path, "a.txt")
    (gone,), _ = article_files(tmp_path)
    gone.unlink()
    assert read_article(gone, tmp_path) == Skipped("a.txt", "unreadable: no such file")


def test_a_file_that_may_not_be_read_is_skipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path, "a.txt")

    def refuse(_path: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", refuse)  # tests may run as root, whom no permission stops
    assert read_article(path, tmp_path) == Skipped("a.txt", "unreadable: permission denied")


@pytest.mark.parametrize("name", ["two\nlines.txt", "naïve – 中文.txt", "a'b\"c.txt", "-rf.txt", "\udcff.txt"])
def test_any_file_name_is_kept_as_it_is(tmp_path: Path, name: str) -> None:
    try:
        write(tmp_path, name)
    except (OSError, ValueError):
        pytest.skip("this file system has no such name")
    (article,) = read_folder(tmp_path).articles
    assert article.file == name


def test_folders_may_be_nested_deeper_than_calls(tmp_path: Path) -> None:
    before = Path.cwd()
    try:
        os.chdir(tmp_path)
        for _ in range(900):
            os.mkdir("d")
            os.chdir("d")
        Path("a.txt").write_text("He left.", encoding="utf-8")
    finally:
        os.chdir(before)
    assert len(read_folder(tmp_path).articles) == 1


def test_a_socket_is_no_article(tmp_path: Path) -> None:
    write(tmp_path, "b.txt")
    before = Path.cwd()
    with socket.socket(socket.AF_UNIX) as listener:
        os.chdir(tmp_path)  # a socket's path is short
        try:
            listener.bind("s.txt")
        finally:
            os.chdir(before)
        assert reasons(tmp_path) == {"s.txt": "not a regular file"}


@pytest.mark.parametrize("missing", ["nowhere", "a.txt", "nul\x00"])
def test_a_folder_that_is_none_is_one_line_that_says_so(tmp_path: Path, missing: str) -> None:
    write(tmp_path, "a.txt")
    with pytest.raises(DatelineError, match=r"(?s)^corpus .*: (name|check) [^\n]+$"):
        read_folder(tmp_path / missing)


HTML = """<!doctype html><html><head><meta charset="{charset}"><title>Bridge reopens — Gazette</title>
<meta property="og:title" content="Bridge reopens"></head><body><nav><a href="/">Home</a><a href="/w">World</a></nav>
<article><h1>Bridge reopens</h1>
<p>The bridge “Žižka” reopened to traffic on Monday after nine months of repairs to its cables.</p>
<p>Engineers found that four of the eleven cables had corroded more quickly than the inspectors expected.</p></article>
<footer>Privacy policy</footer></body></html>"""


@pytest.mark.parametrize("charset", ["utf-8", "windows-1250"])
def test_html_is_the_articles_text_below_its_title(tmp_path: Path, charset: str) -> None:
    write(tmp_path, "a.html", HTML.format(charset=charset).encode(charset))
    (article,) = read_folder(tmp_path).articles
    assert article.title == "Bridge reopens"
    assert article.text.splitlines() == [
        "Bridge reopens",
        "The bridge “Žižka” reopened to traffic on Monday after nine months of repairs to its cables.",
        "Engineers found that four of the eleven cables had corroded more quickly than the inspectors expected.",
    ]


@pytest.mark.parametrize(
    "page", ["<", "<html", "\x00<p>", "<p>" * 5000, "]]>", "<!--", "plain words only, no tags at all"]
)
def test_html_that_is_none_is_skipped_or_read_but_never_raises(tmp_path: Path, page: str) -> None:
    assert isinstance(read_article(write(tmp_path, "a.html", page), tmp_path), Article | Skipped)


def test_the_title_is_the_first_line_that_is_the_articles_own(tmp_path: Path) -> None:
    write(
        tmp_path, "a.md", "Skip to content\n\n---\n# Bridge reopens\nThe bridge reopened to traffic on Monday morning."
    )
    write(tmp_path, "b.txt", "--\n!")
    write(tmp_path, "c.txt", "word " * 100)
    titles = [article.title for article in read_folder(tmp_path).articles]
    assert titles[:2] == ["Bridge reopens", "b"]
    assert len(titles[2]) <= 160
    assert titles[2].endswith("…")
