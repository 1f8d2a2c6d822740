/** What the usual page of a till does for times with no signal: it gets ready, sends what waits, and hands over when no answer comes. */
import { listWaiting } from "./_outbox.js";
import { pinned } from "./_pack.js";
import { pending } from "./_pending.js";
import { readiness, startWorker } from "./_readiness.js";
import { keepBar } from "./_till_bar.js";
import { keepInTouch } from "./_touch.js";
import { words } from "./_words.js";

/** Somebody stands at the counter: a server that takes longer is as good as away. */
const PATIENCE = 3000;

let isReady = false;
let looking = false;

/** Starts it. Only for pages whose bar carries what it needs. */
export async function keepReady() {
  if (!document.querySelector("[data-bar]")) return;
  const show = keepBar((state) => (isReady = state.ready));
  guardLeaving();
  await show();
  if (await startWorker()) await keepInTouch();
  show();
}

/**
 * No answer came to what was sent. If the server is out of reach and this till is ready, it goes on at the page for no signal.
 * What was sent is kept by the sender under its id and is looked at there, so that it counts once.
 */
export async function takeOver() {
  if (!isReady || looking) return;
  looking = true;
  try {
    const isLost = !navigator.onLine || !(await isThere());
    if (isLost && pending()) location.assign(pinned().pageUrl);
  } finally {
    looking = false;
  }
}

async function isThere() {
  try {
    const response = await fetch(pinned().syncUrl, { cache: "no-store", signal: AbortSignal.timeout(PATIENCE) });
    return response.status < 500;
  } catch {
    return false;
  }
}

/** A device with a list to send must not stop being a till: what it then sends would have to be looked at by somebody. */
function guardLeaving() {
  for (const form of document.querySelectorAll("form[action$='/till/forget']")) {
    form.addEventListener("submit", async (event) => {
      if (form.dataset.mayLeave) return;
      event.preventDefault();
      const waiting = (await readiness()).never ? [] : await listWaiting().catch(() => []);
      if (waiting.length === 0) {
        form.dataset.mayLeave = "yes";
        form.requestSubmit();
        return;
      }
      const said = form.querySelector("[data-said]") ?? document.createElement("p");
      said.dataset.said = "";
      said.className = "govuk-error-message";
      said.setAttribute("role", "alert");
      said.textContent = words("bar-full");
      form.prepend(said);
    });
  }
}
