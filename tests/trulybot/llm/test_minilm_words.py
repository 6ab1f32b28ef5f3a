from trulybot.llm.minilm.words import ordinary_words


def test_ordinary_words_are_whole_words_of_letters() -> None:
    words = ordinary_words()
    assert {"bread", "gift", "film", "password"} <= words
    assert not {"recieve", "pacel", "##ing", "2019", "the"} & words
    assert len(words) > 15_000
