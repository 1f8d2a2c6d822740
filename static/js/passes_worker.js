/** Keeps the page of passes for when there is no signal. Leaving in a hurry and signing out throw what is kept away. */
import { CACHE, LEAVING, PAGE } from "./_passes_kept.js";

const PATIENCE = 4000;
const LEAVE_WITHIN = 500;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (origin !== self.location.origin) return;
  if (request.mode === "navigate" && LEAVING.includes(pathname)) event.respondWith(leave(request));
  else if (request.mode === "navigate" && pathname === PAGE && request.method === "GET") event.respondWith(show(request));
  else if (request.mode === "navigate" && request.method === "POST") event.respondWith(send(request));
  else if (pathname.startsWith("/static/")) event.respondWith(fromHere(request));
});

/** Nothing may hold up somebody who leaves: not even throwing away. */
async function leave(request) {
  await Promise.race([caches.delete(CACHE).catch(() => false), after(LEAVE_WITHIN)]);
  return fetch(request);
}

async function show(request) {
  const kept = await caches.match(PAGE, { cacheName: CACHE });
  try {
    const answer = await (kept ? Promise.race([fetch(request), after(PATIENCE).then(slow)]) : fetch(request));
    if (answer.status >= 500 && kept) return asKept(kept);
    if (answer.ok) await keep(answer.clone());
    else if (answer.type === "opaqueredirect") await caches.delete(CACHE); // nobody is signed in any more
    return answer;
  } catch {
    return kept ? asKept(kept) : Response.error();
  }
}

/** What is sent here changes something, which takes a signal: without one the list comes back and says so. */
async function send(request) {
  try {
    return await fetch(request);
  } catch {
    const kept = await caches.match(PAGE, { cacheName: CACHE });
    return kept ? asKept(kept, "unsent") : Response.error();
  }
}

async function keep(answer) {
  const text = await answer.clone().text();
  const cache = await caches.open(CACHE);
  if (/data-passes-count="0"/.test(text)) await caches.delete(CACHE);
  else await cache.put(PAGE, answer);
}

async function fromHere(request) {
  return (await caches.match(request, { cacheName: CACHE })) ?? fetch(request);
}

async function asKept(kept, state = "kept") {
  const text = (await kept.text()).replace('data-passes="fresh"', `data-passes="${state}"`);
  return new Response(text, { headers: kept.headers });
}

function after(milliseconds) {
  return new Promise((done) => setTimeout(done, milliseconds));
}

function slow() {
  throw new Error("no signal to speak of");
}
