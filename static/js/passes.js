/** Keeps this page on the phone while there are passes, says truly whether it is kept, and hides a pass whose time is over. */
import { CACHE, PAGE, SCOPES, WORKER } from "./_passes_kept.js";

const page = document.querySelector("[data-passes]");
if (page) {
  hideWhatIsOver();
  if (page.dataset.passes === "fresh") settle();
}

async function settle() {
  if (page.dataset.passesCount === "0") return forget();
  say("saving");
  try {
    if (!("serviceWorker" in navigator) || !("caches" in window)) throw new Error("this browser keeps no pages");
    const [registration] = await Promise.all(SCOPES.map((scope) => navigator.serviceWorker.register(WORKER, { scope })));
    await active(registration);
    await keep();
    say("ready");
  } catch {
    say("failed");
  }
}

/** The page and every file it needs; what an earlier page needed goes. */
async function keep() {
  const cache = await caches.open(CACHE);
  const files = [...document.querySelectorAll('link[href^="/static/"], script[src^="/static/"]')].map((each) => each.href || each.src);
  const wanted = new Set(files);
  const answer = await fetch(PAGE, { redirect: "error" });
  if (!answer.ok) throw new Error(String(answer.status));
  await Promise.all([cache.put(PAGE, answer), ...[...wanted].map((each) => cache.add(each))]);
  for (const request of await cache.keys()) {
    if (new URL(request.url).pathname !== PAGE && !wanted.has(request.url)) await cache.delete(request);
  }
}

async function forget() {
  try {
    await window.caches?.delete(CACHE);
    for (const registration of (await navigator.serviceWorker?.getRegistrations()) ?? []) {
      if (SCOPES.includes(new URL(registration.scope).pathname)) await registration.unregister();
    }
  } catch {
    // Private windows keep nothing, and say so by failing.
  }
}

/** Unlike `serviceWorker.ready`, this comes to an end also when the worker can't be installed. */
function active(registration) {
  const worker = registration.installing ?? registration.waiting ?? registration.active;
  return new Promise((done, fail) => {
    const look = () => {
      if (worker.state === "activated") done();
      if (worker.state === "redundant") fail(new Error("the worker was not installed"));
    };
    worker.addEventListener("statechange", look);
    look();
  });
}

function say(state) {
  for (const each of page.querySelectorAll("[data-passes-said]")) each.hidden = each.dataset.passesSaid !== state;
}

function hideWhatIsOver() {
  const today = new Intl.DateTimeFormat("en-CA", { timeZone: "Europe/London" }).format(new Date());
  for (const each of page.querySelectorAll("[data-last-day]")) {
    const over = each.dataset.lastDay < today;
    each.querySelector("[data-over]").hidden = !over;
    each.querySelector("[data-shown]").hidden = over;
  }
}
