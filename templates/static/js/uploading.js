// Files of a form go up one by one, each with its progress; the form alone sends them all at once, without.

const [AT_ONCE, TOO_MANY] = [2, 429];

const stay = (event) => event.preventDefault();

class Uploading {
  #form;
  #words;
  #waiting;
  #all;
  #added = 0;

  constructor(form, files) {
    this.#form = form;
    this.#words = JSON.parse(form.dataset.words);
    this.#all = files.length;
    const list = form.querySelector("[data-slot=uploads]");
    list.hidden = false;
    list.replaceChildren();
    this.#waiting = files.map((file) => ({ file, row: this.#row(list, file) }));
  }

  async start() {
    const button = this.#form.querySelector("button.primary");
    button.disabled = true;
    addEventListener("beforeunload", stay);
    await Promise.all(Array.from({ length: AT_ONCE }, () => this.#work()));
    removeEventListener("beforeunload", stay);
    if (this.#added === this.#all) return location.assign("/knowledge");
    button.disabled = false;
    this.#form.querySelector("input[type=file]").value = "";
  }

  async #work() {
    for (let next = this.#waiting.shift(); next; next = this.#waiting.shift()) {
      const unfit = next.file.size ? next.file.size > this.#form.dataset.most && this.#words.large : this.#words.empty;
      const sentence = unfit || (await this.#upload(next));
      if (sentence) this.#say(next.row, this.#words.refused, 0, sentence);
      else this.#say(next.row, this.#words.added, 1);
      this.#added += sentence ? 0 : 1;
      const together = this.#form.querySelector("[data-slot=together]");
      together.textContent = this.#words.together.replace("{added}", this.#added).replace("{all}", this.#all);
    }
  }

  // Resolves to nothing, or to the sentence that says why it was not added.
  async #upload({ file, row }) {
    const answer = await this.#sent(file, row);
    if (answer.status === TOO_MANY) {
      this.#say(row, this.#words.waiting, 0);
      await new Promise((resolve) => setTimeout(resolve, 1000 * (answer.getResponseHeader("Retry-After") || 5)));
      return this.#upload({ file, row });
    }
    if (answer.status >= 200 && answer.status < 300) return "";
    return answer.response?.detail ?? this.#words.broken;
  }

  #sent(file, row) {
    return new Promise((resolve) => {
      const request = new XMLHttpRequest();
      request.open("POST", "/api/text-upload");
      request.setRequestHeader("X-CSRF-Token", this.#form.elements.csrf.value);
      request.setRequestHeader("Accept", "application/json");
      request.responseType = "json";
      request.upload.onprogress = ({ loaded, total }) => {
        this.#say(row, `${Math.floor((100 * loaded) / total)} %`, loaded / total);
      };
      request.onloadend = () => resolve(request);
      const body = new FormData();
      body.append("file", file);
      request.send(body);
    });
  }

  #row(list, file) {
    const row = this.#form.querySelector("template").content.firstElementChild.cloneNode(true);
    row.querySelector("[data-slot=name]").textContent = file.name;
    row.querySelector("progress").setAttribute("aria-label", file.name);
    list.append(row);
    this.#say(row, this.#words.waiting, 0);
    return row;
  }

  #say(row, words, share, sentence = "") {
    row.querySelector("[data-slot=said]").textContent = words;
    row.querySelector("progress").value = share;
    const place = row.querySelector("[data-slot=error]");
    place.textContent = sentence;
    place.hidden = !sentence;
  }
}

document.querySelector("form[data-uploading]")?.addEventListener("submit", (event) => {
  const files = [...event.target.querySelector("input[type=file]").files];
  if (!files.length) return;
  event.preventDefault();
  new Uploading(event.target, files).start();
});
