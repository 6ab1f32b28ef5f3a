// The one script of a page: reads its own line, and lets the bots of a page share one TrulyBot.

import { Bot } from "./bot.js";
import { link } from "./dom.js";

export function start(owner) {
  const { src, dataset } = document.currentScript;
  const base = src.split("/widget.js")[0];
  const settings = { name: base, ...owner, ...dataset };
  // Whose words are in another language than the page’s is called by its name, until the panel brings the right ones.
  if (!settings.locale.startsWith(owner.locale)) owner.texts.open = owner.bot;
  const { bots = new Map(), q = [] } = window.TrulyBot ?? {};

  const begin = () => {
    if (bots.has(settings.name)) return;
    // Browsers of before the middle of 2024.
    if (!CSS.supports("color", "light-dark(red,rgb(from red r g b))")) return document.body.append(link(`${base}/chat`, owner.texts.open));
    const bot = new Bot(base, settings);
    bots.set(settings.name, bot);
    window.TrulyBot = Object.assign(speaking(bots), { bots, get: (name) => speaking(bots, name) });
    bot.begin();
    for (const said of q) TrulyBot(...said);
    bot.emit("ready");
  };
  if (document.body) begin();
  else addEventListener("DOMContentLoaded", begin);
}

// Without a name: says to the first, and hears all.
function speaking(bots, name) {
  return Object.assign((...said) => bots.get(name ?? [...bots.keys()][0])?.say(...said), {
    on(event, hear) {
      const listener = ({ detail }) => name && detail.bot !== name || hear(detail);
      document.addEventListener(`trulybot:${event}`, listener);
      return () => document.removeEventListener(`trulybot:${event}`, listener);
    },
  });
}
