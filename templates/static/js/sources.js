// A citation in an answer opens the source it names, and takes the reader there.

document.addEventListener("click", (event) => {
  const citation = event.target.closest("a.cite");
  const source = citation && document.getElementById(decodeURIComponent(citation.hash.slice(1)));
  if (!source) return;
  event.preventDefault();
  source.open = true;
  source.firstElementChild.focus();
});
