/** Keeps in touch with the server: at load, when the network is back, when the page is looked at again, and from time to time. */
import { hoursSince } from "./_device.js";
import { announce, onNews } from "./_news.js";
import { listWaiting } from "./_outbox.js";
import { renewPack } from "./_pack.js";
import { ask, look } from "./_store.js";
import { sendAll } from "./_till_sync.js";

const EVERY = 15_000;
/** While all is well and nothing waits, a hello now and then is enough. */
const QUIET_HOURS = 3 / 60;
const PACK_EVERY = 5 * 60_000;
/** The answers of sendAll that mean that the server was reached. */
const REACHED = ["sent", "some", "removed", "unknown"];

/** What is known of the connection: `state` is sendAll's last answer in this tab, `reached` whether any tab has the server. */
export const touch = { state: "", reached: null };

let running = null;
let packAt = -Infinity;

/** Says hello, sends what waits and renews the pack. With `now` also when there is nothing to do. */
export function getInTouch({ now = false } = {}) {
  running ??= once(now).finally(() => (running = null));
  return running;
}

/** Starts the rounds of this page. */
export function keepInTouch() {
  onNews((kind) => {
    if (kind === "reached") touch.reached = true;
    if (kind === "unreached") touch.reached = false;
  });
  window.addEventListener("online", () => getInTouch({ now: true }));
  window.addEventListener("offline", () => announce("unreached"));
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && getInTouch());
  setInterval(getInTouch, EVERY);
  return getInTouch({ now: true });
}

async function once(now) {
  try {
    if (!now && (await isQuiet())) return;
    const state = await sendAll();
    if (state !== "busy") {
      touch.state = state;
      announce(REACHED.includes(state) ? "reached" : "unreached");
    }
    if (!["busy", "sent", "some"].includes(state) || (!now && performance.now() - packAt < PACK_EVERY)) return;
    const answer = await renewPack();
    if (["new", "same"].includes(answer)) packAt = performance.now();
    if (answer === "offline") announce("unreached");
    announce("pack");
  } catch {
    announce("store"); // it gave out; whoever shows it looks for themselves
  }
}

async function isQuiet() {
  if (!touch.reached || (await listWaiting()).length) return false;
  return hoursSince(await look(({ kept }) => ask(kept.get("contact")))) < QUIET_HOURS;
}
