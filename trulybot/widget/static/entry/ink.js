// Black or white, whichever can be read on a colour such as #0f766e.

/** By WCAG's relative luminance, with 2.2 for the curve of sRGB: near enough that the contrast is always 4.5 at least. */
export function inkOn(colour) {
  const light = (at, weight) => weight * parseInt(colour.slice(at, at + 2), 16) ** 2.2;
  return light(1, 0.2126) + light(3, 0.7152) + light(5, 0.0722) > 35436 ? "#000" : "#fff";
}
