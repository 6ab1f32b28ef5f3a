// The sentences that scripts say: the page brings them along, in the language of whoever reads it.

export function sentence(name, value = "") {
  const { content } = document.querySelector("[data-template=sentences]");
  return content.querySelector(`[data-sentence=${name}]`).textContent.replace("{}", value);
}
