from trulybot.knowledge.reading.paper import flowing, repeated, without

HEADER, FOOTER = "Manual of the machine", "Page {} of 9"


def page(number: int) -> list[str]:
    letters = "abcdefghi"[number]
    lines = [f"{part} of {letters}" for part in ("Beginning", "Second", "Third", "Fourth", "End")]
    return [HEADER, *lines, FOOTER.format(number)]


def test_lines_that_most_pages_repeat_are_dropped_with_their_numbers() -> None:
    pages = [page(number) for number in range(9)]
    known = repeated(["\n".join(lines) for lines in pages])
    assert [without(lines, known) for lines in pages] == [lines[1:-1] for lines in pages]


def test_a_line_of_the_header_stays_where_it_is_no_header() -> None:
    lines = page(1)
    lines.insert(3, HEADER)
    assert HEADER in without(lines, {HEADER})


def test_short_pages_are_left_alone() -> None:
    assert without(["Same", "Same"], {"Same"}) == ["Same", "Same"]
    assert repeated(["Same\nSame"] * 9) == set()


def test_a_full_line_goes_on_and_a_short_one_ends() -> None:
    assert flowing(["A heading", "a line that is as long as the paper", "and one that ends here.", "Next"]) == (
        "A heading\na line that is as long as the paper and one that ends here.\nNext"
    )


def test_hyphenated_words_are_joined_and_compound_ones_kept() -> None:
    assert flowing(["this is a hyphen-", "ated word and a North-", "South way"]) == (
        "this is a hyphenated word and a North- South way"
    )


def test_list_items_stay_on_their_lines() -> None:
    assert flowing(["These are long enough lines", "• one of the items, which is long", "• two"]).count("\n") == 2
