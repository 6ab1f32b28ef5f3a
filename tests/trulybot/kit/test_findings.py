from trulybot.kit.findings import Finding, hint, told


def test_a_hint_is_told_and_is_no_failure() -> None:
    assert told([Finding(True, "all is well"), hint("see to it")]) == ("ok   all is well\nLOOK see to it", 0)


def test_what_has_to_be_mended_is() -> None:
    assert told([hint("see to it"), Finding(False, "mend it")])[1] == 1
