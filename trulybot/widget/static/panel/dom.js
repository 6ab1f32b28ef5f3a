// Elements made by hand: what a stranger wrote only ever enters as text.

const SVG = "http://www.w3.org/2000/svg";

// Drawn on a 20 px grid with a 1.5 px line.
const SIGNS = {
  close: "M5 5l10 10M15 5 5 15",
  more: "M4.5 10h0M10 10h0M15.5 10h0",
  send: "M10 16V4.5M5 9.5l5-5 5 5",
  stop: "M6.5 6.5h7v7h-7z",
  newer: "M10 4v11.5M5 10.5l5 5 5-5",
  copy: "M7.5 7.5h8v8h-8zM12.5 4.5h-8v8",
  check: "M4.5 10.5l4 4 7-8.5",
  thumb: "M6.5 9v7H4V9zM6.5 9.5 9.5 4c1 0 2 1 2 2v2.5H15q2 0 1.5 2l-1 4.5q0 1-1.5 1H6.5",
  alert: "M10 3.5 17 16H3zM10 8.5v3M10 13.5v0",
  leave: "M10 10a3 3 0 1 0 0-6 3 3 0 0 0 0 6M4 16.5q1-4.5 6-4.5t6 4.5",
  fresh: "M10 4.5v11M4.5 10h11",
  delete: "M4 6h12M8 6V4h4v2M5.5 6l1 10h7l1-10",
};

/** `h("p.note", { dir: "auto" }, "text")`: functions are listeners; what is null is left out, and so are false children. */
export function h(name, attributes, ...children) {
  const [tag, ...classes] = name.split(".");
  const element = document.createElement(tag);
  if (classes[0]) element.className = classes.join(" ");
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

/** Of the class `sign` it shows only what is drawn. */
export function button(name, label, onclick, drawn) {
  return h(`button.${name}`, { type: "button", title: drawn && label, onclick }, drawn && sign(drawn), h("span", null, label));
}
