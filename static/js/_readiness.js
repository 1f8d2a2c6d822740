/** Whether this till can go on with no signal: only when page, worker, store and pack are all there. */
import { countLost } from "./_device.js";
import { loadPack } from "./_pack.js";
import { hoursSince } from "./_device.js";
import { ask, look } from "./_store.js";

/** Why a browser can't at all: "no-https" or "no-worker"; null where it can. */
export function whyNever() {
  if (!window.isSecureContext) return "no-https";
  return "serviceWorker" in navigator && "indexedDB" in window && crypto.subtle ? null : "no-worker";
}

/** Registers the worker. Its promise `ready` is never waited for: it never comes where this fails. Answers whether it could. */
export async function startWorker() {
  const place = document.querySelector("[data-worker-url]");
  if (whyNever() || !place) return false;
  try {
    await navigator.serviceWorker.register(place.dataset.workerUrl, { scope: place.dataset.workerScope, updateViaCache: "none" });
    await navigator.storage?.persist?.();
    return true;
  } catch {
    return false;
  }
}

/**
 * What there is: { ready, missing: ["page" | "pack" | "store"], never, pack, contact, removed, hours, lost }.
 * Reads the store anew each time: it may have been emptied meanwhile.
 */
export async function readiness() {
  const never = whyNever();
  const state = { ready: false, missing: [], never, pack: null, contact: null, removed: null, hours: Infinity, lost: 0 };
  if (never) return state;
  if (!(await hasPage())) state.missing.push("page");
  try {
    state.pack = await loadPack();
    [state.contact, state.removed] = await look(({ kept }) => Promise.all([ask(kept.get("contact")), ask(kept.get("removed"))]));
    state.lost = await countLost();
    if (!state.pack?.programmes.every((each) => Object.keys(each.note_keys).length) || !state.contact) state.missing.push("pack");
  } catch {
    state.missing.push("store");
  }
  state.hours = hoursSince(state.contact);
  state.ready = state.missing.length === 0;
  return state;
}

/** The worker minds this page, and what it would show with no signal is in its cache. */
async function hasPage() {
  if (!navigator.serviceWorker.controller) return false;
  const { pageUrl } = document.querySelector("[data-worker-url]").dataset;
  try {
    const kept = await caches.match(pageUrl);
    return Boolean(kept);
  } catch {
    return false;
  }
}
