// Whether an answer helped: one quiet vote a turn, that may be changed. Without script there is none.

document.body.dataset.votable = "";

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-vote]");
  if (!button) return;
  const votes = button.parentElement;
  const turn = button.closest("[data-turn]").id;
  const { conversation, csrf } = document.body.dataset;
  mark(votes, button);
  const response = await fetch(`/api/chat/${conversation}/turns/${turn}/feedback`, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-CSRF-Token": csrf },
    body: JSON.stringify({ vote: button.dataset.vote }),
  }).catch(() => null);
  if (!response?.ok) mark(votes, null);
});

function mark(votes, pressed) {
  for (const button of votes.querySelectorAll("[data-vote]")) button.setAttribute("aria-pressed", button === pressed);
}
