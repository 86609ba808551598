"""Texts that break careless code, for property tests."""

from hypothesis import strategies as st

_FRAGMENTS = (
    *("He left. She came to U.S. soil.", "“I left. You stay.” ", "left.She ", "Mr. ", "... ", '"', "“" * 30),
    *("\x00", "\ud800", "\udfff", "\r\n", "\n", "\r", "\x0b", "\x0c", "\x1c", "\x85", "\u2028", "\u2029", "\u00a0"),
    *("\u200b", "\ufeff", "👩‍👩‍👧", "e\u0301", "שלום. עולם! ", "مرحبا؟ ", "这是。", "«да». Нет.Да "),
    *("<|endoftext|>", "Related Posts\n", "Log in here\n", "x" * 3000, "a " * 400),
)


def any_text() -> st.SearchStrategy[str]:
    """Arbitrary Unicode, lone surrogates included, and mixtures of awkward fragments."""
    everything = st.text(st.characters(exclude_categories=()))
    return everything | st.lists(st.sampled_from(_FRAGMENTS) | everything, max_size=12).map("".join)
