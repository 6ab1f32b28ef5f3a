// Elements made by hand, so that no policy of the page around has anything against them.

export function make(tag, properties, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}

export function link(href, words) {
  return make("a", { href, target: "_blank" }, words);
}
