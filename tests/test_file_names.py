"""Names of files as browsers send them, made fit for a folder and for showing."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.articles import SUFFIXES
from retrieval.errors import DatelineError
from ui import texts
from ui.file_names import MOST_BYTES, file_name


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("report.txt", "report.txt"),
        ("Über die Brücke.MD", "Über die Brücke.md"),
        ("u\N{COMBINING DIAERESIS}ber.txt", "über.txt"),
        ("../../etc/passwd.txt", "passwd.txt"),
        (r"C:\Users\me\page.htm", "page.htm"),
        ("/absolute/one.html", "one.html"),
        (".hidden.txt", "hidden.txt"),
        ("..txt.txt", "txt.txt"),
        ("a\0b\x1b[31m\x7f.txt", "ab[31m.txt"),
        ("tab\tand\nline.txt", "tab and line.txt"),
        ("safe\N{RIGHT-TO-LEFT OVERRIDE}gpj\N{ZERO WIDTH SPACE}.txt", "safegpj.txt"),
        ('<img src=x onerror="alert(1)">.html', "img src=x onerror=alert(1).html"),
        ("half \ud800 of one.txt", "half of one.txt"),
        ("con.txt", "_con.txt"),
        ("LPT1.old.txt", "_LPT1.old.txt"),
        ("console.txt", "console.txt"),
        ("dots....txt", "dots.txt"),
        ("日本の新聞.txt", "日本の新聞.txt"),
    ],
)
def test_keeps_what_can_be_shown_and_stored(sent: str, kept: str) -> None:
    assert file_name(sent, []) == kept


@pytest.mark.parametrize(
    "sent", ["", "/", "report", "report.pdf", "report.txt.exe", ".txt", " . .txt", "x.txt/", "\u202e.txt"]
)
def test_a_name_that_is_no_articles_is_refused(sent: str) -> None:
    with pytest.raises(DatelineError, match=texts.UPLOAD_SUFFIX):
        file_name(sent, [])


def test_a_name_is_given_once() -> None:
    taken = ["report.txt", "Report (2).txt"]
    assert file_name("REPORT.txt", taken) == "REPORT (3).txt"
    assert file_name("report.md", taken) == "report.md"


def test_a_long_name_is_cut_between_characters_and_stays_the_only_one() -> None:
    first = file_name("ü" * 500 + ".html", [])
    second = file_name("ü" * 500 + ".html", [first])
    assert first == "ü" * 57 + ".html"
    assert second == "ü" * 55 + " (2).html"


@given(st.text(), st.sampled_from([*SUFFIXES, ".TXT", ".pdf", ""]), st.lists(st.text(), max_size=3))
def test_any_name_becomes_a_plain_one_or_is_refused(stem: str, suffix: str, taken: list[str]) -> None:
    try:
        name = file_name(stem + suffix, taken)
    except DatelineError:
        return
    assert name.endswith(SUFFIXES)
    assert not name.startswith(".")
    assert not set(name) & set('/\\<>:"|?*')
    assert not any(unicodedata.category(letter)[0] == "C" for letter in name)
    assert len(name.encode()) <= MOST_BYTES
    assert name.casefold() not in {other.casefold() for other in taken}
    assert file_name(name, []) == name
