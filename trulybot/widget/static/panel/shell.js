// What the entry's bot can do once the panel is there. All panels of a page end and begin again with its language.

import { styles } from "./styles.js";
import { Memory } from "./memory.js";
import { Panel } from "./panel.js";

export function start(bot, config) {
  const { theme, reset, destroy } = bot;
  const sheet = new CSSStyleSheet();
  let panel;

  const begin = (told) => {
    panel?.destroy();
    paint(told.widget);
    panel = new Panel(bot, told);
    Object.assign(bot.settings.texts, told.texts);
    bot.host.lang = told.locale;
    bot.label();
  };

  const paint = ({ style }) => sheet.replaceSync(`${styles}.panel{--offset:${bot.settings.offset}px;${style}}`);

  bot.memory = new Memory(bot);
  bot.root.adoptedStyleSheets.push(sheet);
  begin(config);

  Object.assign(bot, {
    enter: (quietly) => panel.open(quietly),
    leave: () => panel.close(),
    focus: () => panel.focus(),
    ask: (question) => { bot.isOpen || bot.open(); panel.room.talk.ask(question); },
    identify: (visitor) => panel.room.conversation.identify(visitor),
    context: (page) => { panel.room.conversation.context = page; },
    async locale(tag) {
      bot.settings.locale = tag;
      begin(await bot.config());
      if (bot.isOpen) panel.open(true);
    },
    async theme(chosen) {
      theme.call(bot, chosen);
      paint((await bot.config()).widget);
    },
    reset() {
      reset.call(bot);
      panel.room.talk.fresh();
    },
    destroy() {
      panel.destroy();
      destroy.call(bot);
    },
  });
}
