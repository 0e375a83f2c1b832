"""What an index of words takes in memory is bounded, whatever somebody writes."""

from engine.relations.search import LONGEST_WORD, MOST_WORDS, WordIndex


def row(number: int) -> tuple[str, str]:
    return "contact", str(number)


def test_rows_of_many_words_do_not_fill_the_memory() -> None:
    index = WordIndex(most=10)
    for number in range(5):
        index.put(row(number), [f"a{number} b{number} c{number}"])
    assert len(index) == 3
    index.put(row(9), ["tenth"])
    assert index.find("tenth"), "where there is room left something smaller is taken in"
    index.drop(row(0))
    index.put(row(4), ["a4 b4 c4"])
    assert set(index.find("b4")) == {row(4)}
    index.put(row(4), ["a4 b4 d4"])
    assert set(index.find("d4")) == {row(4)}, "one that is put anew takes its own place"


def test_of_one_row_so_many_words_count_and_of_a_word_so_many_letters() -> None:
    index = WordIndex()
    index.put(row(1), [" ".join(f"w{number}" for number in range(10 * MOST_WORDS)), "last"])
    assert index.find("w1")
    assert not index.find("last")
    index.put(row(2), ["x" * 100_000])
    assert set(index.find("x" * LONGEST_WORD)) == set(index.find("x" * 100_000)) == {row(2)}
