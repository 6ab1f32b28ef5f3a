// Elements made by hand: what a stranger wrote only ever enters as text.

const SVG = "http://www.w3.org/2000/svg";

// Drawn on a 20 px grid with a 1.5 px line.
const SIGNS = {
  close: "M5 5l10 10m0-10L5 15",
  more: "M5 10h0m5 0h0m5 0h0",
  send: "M10 16V4M5 9l5-5 5 5",
  stop: "M6 6h8v8H6z",
  copy: "M8 8h8v8H8zM12 4H4v8",
  check: "M4 10l4 4 8-8",
  thumb: "M7 9v7H4V9zl3-5q2 0 2 2v3h3q2 0 2 2l-1 3q0 2-2 2H7",
  alert: "M10 4l7 12H3zm0 4v4m0 2v0",
  leave: "M10 10a3 3 0 1 0 0-6 3 3 0 0 0 0 6M4 16q0-4 6-4t6 4",
  fresh: "M10 4v12M4 10h12",
  delete: "M4 6h12M8 6V4h4v2M6 6v10h8V6",
};

/** `h("p.note", { dir: "auto" }, "text")`: functions are listeners; what is null is left out, and so are false children. */
export function h(name, attributes, ...children) {
  const [tag, ...classes] = name.split(".");
  const element = document.createElement(tag);
  element.classList.add(...classes);
  for (const key in attributes) {
    const value = attributes[key];
    if (typeof value === "function") element.addEventListener(key.slice(2), value);
    else if (value != null) element.setAttribute(key, value);
  }
  element.append(...children.filter(Boolean));
  return element;
}

export function sign(name) {
  const svg = document.createElementNS(SVG, "svg");
  const path = document.createElementNS(SVG, "path");
  svg.setAttribute("viewBox", "0 0 20 20");
  path.setAttribute("d", SIGNS[name]);
  svg.append(path);
  return svg;
}

/** Leads out of the widget. */
export function link(href, words) {
  return h("a", { href, target: "_blank", rel: "noopener noreferrer nofollow" }, words);
}

/** Of the class `sign` it shows only what is drawn. */
export function button(name, label, onclick, drawn) {
  return h(`button.${name}`, { type: "button", title: drawn && label, onclick }, drawn && sign(drawn), h("span", null, label));
}
