from itertools import product

import pytest

from trulybot.widget.appearance import PAPERS, READABLE, VISIBLE, contrast, ink_on, palette

EVERY = [f"#{red:02x}{green:02x}{blue:02x}" for red, green, blue in product(range(0, 256, 51), repeat=3)]


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [
        ("#000000", "#ffffff", 21),
        ("#777777", "#ffffff", 4.48),
        ("#ff0000", "#ffffff", 4.0),
        ("#0000ff", "#ffff00", 8.0),
    ],
)
def test_contrast_is_that_of_wcag(one: str, other: str, ratio: float) -> None:
    assert contrast(one, other) == contrast(other, one) == pytest.approx(ratio, abs=0.01)


def test_whatever_colour_is_chosen_everything_is_readable() -> None:
    assert [accent for accent in EVERY if not _is_readable(accent)] == []


def test_a_colour_that_is_readable_already_stays_as_it_was_chosen() -> None:
    made = palette("#0f766e")
    assert made.accent[0] == "#0f766e"
    assert made.accent_on[0] == "#ffffff"
    assert palette("#0f5a54").accent_ink[0] == "#0f5a54"


def test_a_shade_keeps_its_hue() -> None:
    light_yellow, dark_navy = palette("#ffee00").accent[0], palette("#000066").accent[1]
    red, green, blue = (int(light_yellow[at : at + 2], 16) for at in (1, 3, 5))
    assert red > 2 * blue and green > 2 * blue
    red, green, blue = (int(dark_navy[at : at + 2], 16) for at in (1, 3, 5))
    assert blue > red and blue > green


def test_black_and_white_become_what_can_be_seen() -> None:
    assert palette("#000000").accent[0] == "#000000" and palette("#ffffff").accent[1] == "#ffffff"
    assert palette("#000000").accent[1] != "#000000" and palette("#ffffff").accent[0] != "#ffffff"


def _is_readable(accent: str) -> bool:
    made = palette(accent)
    for mode, paper in enumerate(PAPERS):
        fill, on, hover, ink, tint = (pair[mode] for pair in made)
        seen = contrast(fill, paper) >= VISIBLE and contrast(hover, paper) >= VISIBLE
        read = min(contrast(on, fill), contrast(on, hover), contrast(ink, paper), contrast(ink, tint)) >= READABLE
        if not (seen and read and contrast(ink_on(paper), tint) >= 7):
            return False
    return True
