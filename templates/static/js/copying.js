// A button that copies the text beside it, shown where the browser can.

const button = document.querySelector("[data-copy]");
const said = document.querySelector("[data-copy-said]");

if (button && navigator.clipboard) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.querySelector("[data-copied]").textContent);
    said.hidden = false;
  });
}
