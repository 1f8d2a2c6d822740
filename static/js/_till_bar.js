/** The till's bar: whether this till can go on with no signal, and how many wait to be sent. */
import { onNews } from "./_news.js";
import { listWaiting } from "./_outbox.js";
import { readiness } from "./_readiness.js";
import { touch } from "./_touch.js";
import { counted, words } from "./_words.js";

/** Keeps the bar as things stand. `shown(state)` is called after each look with what readiness() found. */
export function keepBar(shown = () => {}) {
  const bar = document.querySelector("[data-bar]");
  const count = bar.querySelector("[data-waiting-count]");
  const said = bar.querySelector("[data-bar-words]");
  let looking = false;
  let again = false;

  async function show() {
    if (looking) {
      again = true;
      return;
    }
    looking = true;
    try {
      do {
        again = false;
        await showOnce();
      } while (again);
    } finally {
      looking = false;
    }
  }

  async function showOnce() {
    const state = await readiness();
    const waiting = state.never || state.missing.includes("store") ? 0 : (await listWaiting().catch(() => [])).length;
    count.hidden = waiting === 0;
    const text = waiting ? counted(waiting, "one-waiting", "many-waiting") : "";
    if (count.textContent !== text) count.textContent = text;
    const name = barWords(state);
    if (said.dataset.name !== name) {
      said.dataset.name = name;
      said.textContent = words(name);
    }
    shown(state);
  }

  onNews(show);
  navigator.serviceWorker?.addEventListener("controllerchange", show);
  document.addEventListener("visibilitychange", show);
  return show;
}

function barWords(state) {
  if (state.never) return "bar-never";
  if (state.removed) return "bar-no-till";
  if (!state.ready || state.hours >= state.pack.policy.stop_hours) return "bar-not-ready";
  return touch.reached === false ? "bar-no-signal" : "bar-ready";
}
