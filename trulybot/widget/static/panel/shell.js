// What the entry's bot can do once the panel is there. All panels of a page end and begin again with its language.

import { Memory } from "./memory.js";
import { mount } from "./panel.js";

export function start(bot, config) {
  const { theme, reset, destroy } = bot;
  const sheet = new CSSStyleSheet();
  let panel;

  const begin = (told) => {
    panel?.destroy();
    paint(sheet, told.widget);
    panel = mount(bot, told);
  };

  bot.memory = new Memory(bot);
  bot.root.adoptedStyleSheets.push(sheet);
  begin(config);

  Object.assign(bot, {
    enter: (quietly) => panel.open(quietly),
    leave: () => panel.close(),
    focus: () => panel.focus(),
    ask: (question) => { bot.isOpen || bot.open(); panel.asked(question); },
    identify: (visitor) => panel.identify(visitor),
    context: (page) => panel.context(page),
    async locale(tag) {
      bot.settings.locale = tag;
      begin(await bot.config());
      if (bot.isOpen) panel.open(true);
    },
    async theme(chosen) {
      theme.call(bot, chosen);
      paint(sheet, (await bot.config()).widget);
    },
    reset() {
      reset.call(bot);
      panel.reset();
    },
    destroy() {
      panel.destroy();
      destroy.call(bot);
    },
  });
}

function paint(sheet, { colours, radius }) {
  const tokens = Object.entries(colours).map(([name, [light, dark]]) => `--${name.replace("_", "-")}:light-dark(${light},${dark});`);
  sheet.replaceSync(`.panel{${tokens.join("")}--radius:${radius}px}`);
}
