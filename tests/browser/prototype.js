// The least that a launcher and a panel can be, to measure ours against: no settings, no languages, no care.
(() => {
  const base = document.currentScript.src.replace(/\/[^/]*$/, "");
  const host = document.createElement("div");
  const root = host.attachShadow({ mode: "open" });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`
    :host { all: initial; position: fixed; right: 20px; bottom: 20px; font: 16px/24px system-ui, sans-serif; }
    .launcher { width: 56px; height: 56px; border: 0; border-radius: 50%; background: #0f766e; color: #fff; cursor: pointer; }
    .panel { position: fixed; right: 20px; bottom: 88px; width: 380px; height: 560px; background: #fff; color: #111; }
    .log { height: 440px; overflow: auto; }
    form { display: flex; gap: 8px; }
    input { flex: 1; font: inherit; }
  `);
  root.adoptedStyleSheets = [sheet];

  const make = (tag, className, text) => {
    const element = document.createElement(tag);
    element.className = className;
    element.textContent = text ?? "";
    return element;
  };

  const launcher = make("button", "launcher");
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  svg.setAttribute("viewBox", "0 0 24 24");
  path.setAttribute("d", "M12 4a8 8 0 1 1-4 15l-4 1 1-4a8 8 0 0 1 7-12z");
  svg.append(path);
  launcher.append(svg);
  launcher.setAttribute("aria-label", "Open chat");

  let panel;
  launcher.onclick = () => {
    panel ??= build();
    panel.hidden = !panel.hidden;
  };

  function build() {
    const dialog = make("div", "panel");
    const log = make("div", "log");
    const form = make("form", "");
    const input = make("input", "");
    dialog.hidden = true;
    form.append(input, make("button", "", "Send"));
    form.onsubmit = async (event) => {
      event.preventDefault();
      log.append(make("p", "asked", input.value));
      const answer = log.appendChild(make("p", "answer"));
      const response = await fetch(`${base}/api/chat`, { method: "POST", body: JSON.stringify({ question: input.value }) });
      const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
      for (let piece; !(piece = await reader.read()).done;) answer.textContent += piece.value;
    };
    dialog.append(log, form);
    root.append(dialog);
    return dialog;
  }

  root.append(launcher);
  document.body.append(host);
})();
