// A page that only leads on: its form is sent by itself, and by its button where there is no script.
document.querySelector("form[data-onward]")?.requestSubmit();
