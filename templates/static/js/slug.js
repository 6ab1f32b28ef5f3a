// Proposes an address from the name, until somebody types one.

const slug = document.querySelector("[data-slug-of]");
const name = slug && document.getElementById(slug.dataset.slugOf);
let isOurs = !slug?.value;

name?.addEventListener("input", () => {
  if (isOurs) slug.value = proposed(name.value);
});
slug?.addEventListener("input", () => {
  isOurs = !slug.value;
});

function proposed(text) {
  const plain = text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  return plain.replace(/[^a-z0-9]+/g, "-").replace(/^-+/, "").slice(0, 40).replace(/-+$/, "");
}
