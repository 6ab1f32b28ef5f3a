// Home while it is open: what happens meanwhile is counted in, and what needs doing appears.

import { Following } from "./following.js";
import { refresh } from "./fresh.js";

const CALM = 1_000; // ms: what changes within is fetched at once

const home = document.querySelector("[data-home]");
let waiting = 0;

if (home) new Following(home.dataset.home, () => {
  waiting ||= setTimeout(async () => {
    await refresh();
    waiting = 0;
  }, CALM);
});
