// The page in the preview: its address says whether the chat is open, so that the next one begins as this one ended.

const bot = window.TrulyBot;

const say = (hash) => history.replaceState(null, "", `${location.pathname}${hash}`);

if (location.hash === "#open") bot?.("open", true);
bot?.on("open", () => say("#open"));
bot?.on("close", () => say(""));
