// The form in which a visitor leaves their details, below the answer that invites them to. It is sent as any form.

export function invite(place, { fields }, conversation) {
  place.querySelector("details")?.setAttribute("open", "");
  let form = place.querySelector("form");
  if (!form) {
    form = document.querySelector("[data-template=lead]").content.firstElementChild.cloneNode(true);
    place.replaceChildren(form);
  }
  form.elements.conversation.value = conversation;
  for (const input of form.querySelectorAll("[data-kind]")) {
    input.value ||= fields[input.dataset.kind] ?? "";
  }
}

// Whether as many questions were asked as the owner said.
export function isDue(page) {
  return page.querySelectorAll("[data-log] [data-turn]").length === Number(page.dataset.leadAfter);
}
