"""The widget’s colours, from the one the owner chose: each readable on what it stands on, in light and in dark.

Lightness is changed in OKLCH, which keeps the hue as people see it (Björn Ottosson, “A perceptual color space for image
processing”, 2020: the matrices are from there). Contrast is WCAG 2.2’s: (L1 + 0.05) / (L2 + 0.05) of relative
luminances.
"""

import math
from functools import lru_cache
from typing import NamedTuple

READABLE = 4.5  # of text on its ground
VISIBLE = 3.0  # of a control on the panel
INK = 6.2  # of the accent as text on the panel, so that it is readable on the tint too
STEP = 0.005  # of lightness
HOVER = 0.06

WHITE, BLACK = "#ffffff", "#000000"
PAPERS = ("#fefdfc", "#181613")  # of the panel, light and dark
TINTS = ((0.94, 0.022), (0.305, 0.038))  # lightness and chroma of the visitor’s own words

Triple = tuple[float, float, float]


class Palette(NamedTuple):
    """Each as what it is in light and in dark."""

    accent: tuple[str, str]
    accent_on: tuple[str, str]  # what is written on the accent
    accent_hover: tuple[str, str]
    accent_ink: tuple[str, str]  # the accent as text
    tint: tuple[str, str]

    @property
    def css(self) -> str:
        """As declarations of custom properties, such as `--accent-on`."""
        shades = self._asdict().items()
        return "".join(f"--{name.replace('_', '-')}:light-dark({light},{dark});" for name, (light, dark) in shades)


@lru_cache(64)  # a page may name a colour of its own
def palette(accent: str) -> Palette:
    """From a colour such as #0f766e."""
    light, dark = (_shades(accent, paper, tint) for paper, tint in zip(PAPERS, TINTS, strict=True))
    return Palette(*zip(light, dark, strict=True))


def contrast(one: str, other: str) -> float:
    brighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (brighter + 0.05) / (darker + 0.05)


def ink_on(ground: str) -> str:
    """Black or white, whichever is read better; one of them always reaches 4.5."""
    return max((WHITE, BLACK), key=lambda ink: contrast(ink, ground))


def _shades(accent: str, paper: str, tint: tuple[float, float]) -> tuple[str, ...]:
    away = -STEP if _luminance(paper) > 0.5 else STEP
    fill = _moved_until(accent, paper, VISIBLE, away)
    on = ink_on(fill)
    hover = next(
        shade
        for shade in (*(_moved(fill, math.copysign(HOVER * part, away)) for part in (1, -1, 0.5, -0.5)), fill)
        if contrast(shade, on) >= READABLE and contrast(shade, paper) >= VISIBLE
    )
    lightness, chroma = tint
    _, own_chroma, hue = _oklch(accent)
    return fill, on, hover, _moved_until(accent, paper, INK, away), _hex(lightness, min(chroma, own_chroma), hue)


def _moved_until(colour: str, ground: str, wanted: float, step: float) -> str:
    """The nearest shade that stands out from `ground`; black or white do at last."""
    lightness, chroma, hue = _oklch(colour)
    while contrast(colour, ground) < wanted:
        lightness += step
        colour = _hex(lightness, chroma, hue)
    return colour


def _moved(colour: str, by: float) -> str:
    lightness, chroma, hue = _oklch(colour)
    return _hex(lightness + by, chroma, hue)


def _channels(colour: str) -> Triple:
    """Linear light, 0 to 1."""
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return _linear(red), _linear(green), _linear(blue)


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else float(((channel + 0.055) / 1.055) ** 2.4)


def _gamma(channel: float) -> float:
    return channel * 12.92 if channel <= 0.0031308 else float(1.055 * channel ** (1 / 2.4) - 0.055)


def _luminance(colour: str) -> float:
    red, green, blue = _channels(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _oklch(colour: str) -> Triple:
    red, green, blue = _channels(colour)
    long = math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue)
    medium = math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue)
    short = math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue)
    lightness = 0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short
    a = 1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short
    b = 0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short
    return lightness, math.hypot(a, b), math.atan2(b, a)


def _hex(lightness: float, chroma: float, hue: float) -> str:
    """With less chroma where a screen could not show it."""
    lightness = min(max(lightness, 0.0), 1.0)
    while any(not -0.0005 <= channel <= 1.0005 for channel in _rgb(lightness, chroma, hue)) and chroma > 0:
        chroma = max(0.0, chroma - 0.004)
    return "#" + "".join(f"{round(255 * min(max(channel, 0), 1)):02x}" for channel in _rgb(lightness, chroma, hue))


def _rgb(lightness: float, chroma: float, hue: float) -> Triple:
    a, b = chroma * math.cos(hue), chroma * math.sin(hue)
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    red = 4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short
    green = -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short
    blue = -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short
    return _gamma(red), _gamma(green), _gamma(blue)
