/**
 * The till's service worker: opens the till where there is no signal. It keeps one page (SHELL.page) and the files that this page
 * names, all of one build; a new build brings a new worker, and with it a page under its own rules. Everything else, and whatever
 * is sent, goes to the network. web/till/app.py writes SHELL in front of this: { version, page, unsent, assets }.
 */
/* global SHELL */
const PREFIX = "timecredits-till-";
const CACHE = PREFIX + SHELL.version;
const PATIENCE = 4000;
/** What a gateway says whose server is away. */
const AWAY = [502, 503, 504];
const KEPT = [SHELL.page, ...SHELL.assets];

self.addEventListener("install", (event) => {
  event.waitUntil(install());
});

async function install() {
  const cache = await caches.open(CACHE);
  // Not addAll: it would take a page that was led elsewhere, and what the browser holds of an older build.
  await Promise.all(
    KEPT.map(async (address) => {
      const response = await fetch(address, { cache: address === SHELL.page ? "reload" : "default", redirect: "error" });
      if (!response.ok) throw new Error(`${address}: ${response.status}`);
      await cache.put(address, response);
    }),
  );
  await self.skipWaiting();
}

self.addEventListener("activate", (event) => {
  event.waitUntil(activate());
});

async function activate() {
  for (const name of await caches.keys()) if (name.startsWith(PREFIX) && name !== CACHE) await caches.delete(name);
  await self.clients.claim();
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (origin !== location.origin) return;
  if (request.mode === "navigate") event.respondWith(request.method === "GET" ? open(request, pathname) : send(request));
  else if (request.method === "GET" && SHELL.assets.includes(pathname)) event.respondWith(file(request, pathname));
});

async function open(request, pathname) {
  if (pathname === SHELL.page) return (await kept(SHELL.page)) ?? fetch(request);
  const timeout = new Promise((resolve) => setTimeout(resolve, PATIENCE, null));
  const answer = await Promise.race([fetch(request).catch(() => null), timeout]);
  if (answer && !AWAY.includes(answer.status)) return answer;
  return (await kept(SHELL.page)) ?? answer ?? Response.error();
}

/** A form sent without a signal: not sent, and the page says so. */
async function send(request) {
  try {
    return await fetch(request);
  } catch (fault) {
    if (await kept(SHELL.page)) return Response.redirect(SHELL.unsent, 303);
    throw fault;
  }
}

async function file(request, pathname) {
  return (await kept(pathname)) ?? fetch(request);
}

async function kept(address) {
  return (await caches.open(CACHE)).match(address);
}
