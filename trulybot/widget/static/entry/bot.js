// One bot on the page. Its methods are what the page may say: TrulyBot("open"), TrulyBot("ask", "…") and so on; the
// panel brings more of them when it comes, and better ones (../panel/shell.js).

import { link, make } from "./dom.js";
import { styles } from "./styles.js";

export class Bot {
  #sheet = new CSSStyleSheet();
  #launcher;
  #card;
  #opener;
  #panel;
  #attempts = 0;
  #here = {};
  #waiting = [];
  #watch = new MutationObserver(() => setTimeout(() => this.#stay(), 99));

  /** `settings` are the owner's and over them the page's. */
  constructor(base, settings) {
    this.base = base;
    this.settings = settings;
    this.host = make("trulybot-widget", { role: "complementary", ariaLabel: settings.bot, lang: settings.locale });
    this.root = this.host.attachShadow({ mode: "open" });
    this.root.adoptedStyleSheets = [this.#sheet];
    this.#launcher = make("button", { className: "launcher", ariaHasPopup: "dialog", onclick: () => this.toggle() }, make("i"));
    if (!("hideLauncher" in settings)) this.root.append(this.#launcher);
    this.theme();
    this.#expand(false);
    this.#settle();
  }

  /** What comes by itself; on a phone nothing does. */
  begin() {
    const { open, teaser, teaserSeconds } = this.settings;
    if (innerWidth < 481) return;
    if (open != null) this.open(true);
    if (teaser && !this.#isMarked("dismissed")) setTimeout(() => this.isOpen || this.#tease(teaser), teaserSeconds + "000");
  }

  /** What only the panel can do waits for it; a question brings it. */
  say(verb, ...given) {
    if (this[verb]) return this[verb](...given);
    this.#waiting.push([verb, ...given]);
    if (verb === "ask") this.open();
  }

  /** Quietly: without taking the focus. */
  async open(quietly) {
    if (this.isOpen) return quietly || this.focus?.();
    const { texts, privacyUrl } = this.settings;
    if (!this.mayKeep) return this.#show(make("p", {}, texts.consent), make("button", { onclick: () => this.consent(true) }, texts.open), privacyUrl ? link(privacyUrl, texts.privacy) : "");
    this.#opener = this.root.activeElement ?? document.activeElement;
    this.#expand(true);
    this.#launcher.ariaBusy = true;
    try {
      await (this.#panel ??= this.#load());
      if (this.isOpen) this.enter(quietly);
    } catch (failure) {
      console.error(failure);
      this.#panel = null;
      this.#expand(false);
      this.#show(make("p", { role: "alert" }, failure.detail ?? texts.failed), make("button", { onclick: () => this.open() }, texts.retry), link(`${this.base}/chat`, texts.open));
    }
    this.#launcher.ariaBusy = false;
  }

  close() {
    const wasInside = this.root.activeElement;
    this.#expand(false);
    this.leave?.();
    if (wasInside) this.#opener?.focus();
  }

  toggle() {
    if (this.isOpen || this.#card) this.close();
    else this.open();
  }

  theme(chosen) {
    const { accent, mode, offset, position } = Object.assign(this.settings, chosen);
    this.#sheet.replaceSync(`${styles}:host{${position}:0!important;margin:${offset}px!important;justify-items:${position}!important;color-scheme:${mode.replace("auto", "light dark")}!important;--accent:${accent}!important}`);
  }

  consent(given) {
    this.settings.consent = !given;
    if (!given) return this.reset();
    this.#mark("agreed");
    if (this.#card) this.open();
  }

  reset() {
    for (const mark of ["agreed", "state"]) delete this.store[`trulybot:${this.settings.name}:${mark}`];
  }

  destroy() {
    this.#watch.disconnect();
    this.close();
    this.host.remove();
    TrulyBot.bots.delete(this.settings.name);
  }

  // A number beside the launcher is part of what it is called.
  label(unread) {
    const { open } = this.settings.texts;
    this.#launcher.ariaLabel = unread ? `${open} (${unread})` : open;
    if (unread) this.#launcher.dataset.unread = unread;
    else delete this.#launcher.dataset.unread;
  }

  emit(name, detail) {
    if (name === "unread") this.label(detail.count);
    document.dispatchEvent(new CustomEvent(`trulybot:${name}`, { detail: { bot: this.settings.name, ...detail } }));
  }

  get mayKeep() {
    return !this.settings.consent || this.#isMarked("agreed");
  }

  // Not looked at before it is needed: the browser would fetch it while the page waits. A page may forbid it.
  get store() {
    try {
      return window[`${this.settings.storage}Storage`] ?? this.#here;
    } catch {
      return this.#here;
    }
  }

  async config() {
    const { locale, accent } = this.settings;
    const answer = await fetch(`${this.base}/api/widget/config?locale=${locale}&accent=${accent.slice(1)}`);
    const config = await answer.json();
    if (config.detail) throw config;
    return config;
  }

  async #load() {
    const [panel, config] = await Promise.all([
      // A browser may remember that a module failed, so each attempt has an address of its own.
      import(`${this.base}/widget/${this.settings.version}/panel.js?${this.#attempts++}`), this.config(),
    ]);
    panel.start(this, config);
    for (const said of this.#waiting) this.say(...said);
  }

  #expand(isOpen) {
    this.isOpen = isOpen;
    this.#launcher.ariaExpanded = isOpen;
    this.label();
    this.#show();
  }

  #tease(teaser) {
    const dismiss = () => { this.#show(); this.#mark("dismissed"); };
    this.#show(make("p", { onclick: () => this.open() }, teaser), make("button", { ariaLabel: this.settings.texts.close, onclick: dismiss }, "×"));
  }

  #show(...parts) {
    this.#card?.remove();
    this.#card = parts[0] && make("div", { className: "card", dir: "auto" }, ...parts);
    if (this.#card) this.root.prepend(this.#card);
  }

  #mark(mark) {
    this.store[`trulybot:${this.settings.name}:${mark}`] = Date.now();
  }

  #isMarked(mark) {
    return Date.now() - this.store[`trulybot:${this.settings.name}:${mark}`] < this.settings.localDays * 864e5;
  }

  // Bodies are swapped under us. Whoever takes us away gets us back, but not in a race; copies of us are empty.
  #stay() {
    if (this.host.isConnected) return;
    for (const found of document.querySelectorAll(this.host.localName)) if (!found.shadowRoot) found.remove();
    this.#settle();
  }

  // Above all else with the page’s next frame: asked for at once, the page would have to lay itself out for it.
  #settle() {
    document.body.append(this.host);
    this.host.popover = "manual";
    requestAnimationFrame(() => this.host.isConnected && this.host.showPopover());
    for (const place of [document, document.documentElement, document.body]) this.#watch.observe(place, { childList: true });
  }
}
