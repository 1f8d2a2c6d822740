/** Sends what waits: one tab at a time, fifty at a time, and takes out of the outbox only what was answered. */
import { noteContact } from "./_device.js";
import { announce } from "./_news.js";
import { asRecord, listWaiting, settle } from "./_outbox.js";
import { pinned } from "./_pack.js";
import { ask, change } from "./_store.js";

const BATCH = 50;
const PATIENCE = 20_000;
const LOCK = "timecredits-till-sender";
const LEASE = 60_000;
const ME = `${Date.now()} ${Math.random()}`;

/**
 * Says hello and sends everything. Answers "sent" (all of it), "some" (the server asks for time), "offline", "removed" (sent, but
 * this is no till any more), "unknown" (nothing is taken from this device), "fault", or "busy" (another tab is at it).
 */
export async function sendAll() {
  if (navigator.locks) {
    return navigator.locks.request(LOCK, { ifAvailable: true }, (lock) => (lock ? send() : "busy"));
  }
  if (!(await takeLease())) return "busy";
  try {
    return await send();
  } finally {
    await change(({ kept }) => kept.delete("lease"));
  }
}

/** Where there are no Web Locks: one tab holds a lease in the store, which runs out if the tab is closed. */
function takeLease() {
  return change(async ({ kept }) => {
    const lease = await ask(kept.get("lease"));
    if (lease && lease.tab !== ME && lease.until > Date.now()) return false;
    kept.put({ tab: ME, until: Date.now() + LEASE }, "lease");
    return true;
  });
}

async function send() {
  let hello = await sayHello();
  if (typeof hello === "string") return hello;
  await noteDevice(hello.device);
  if (hello.device === "unknown") return "unknown";
  let size = BATCH;
  let renewed = false;
  for (;;) {
    const waiting = (await listWaiting()).reverse(); // the oldest first
    const batch = waiting.slice(0, size);
    const response = await post(batch, hello.csrf_token);
    if (response === null || response.status >= 500) return "offline";
    if (response.status === 401) {
      await noteDevice("unknown");
      return "unknown";
    }
    if (response.status === 400 && !renewed) {
      renewed = true;
      hello = await sayHello();
      if (typeof hello === "string") return hello;
      continue;
    }
    if (response.status === 413 && size > 1) {
      size = Math.ceil(size / 2);
      continue;
    }
    if (response.status === 429) return "some"; // more than the server looks at in an hour: the rest goes later
    if (!response.ok) return "fault";
    const { now, device, results } = await response.json();
    await change(({ kept }) => noteContact(kept, new Date(now)));
    const { left, settled } = await settle(batch, results);
    if (left === 0) return device === "removed" ? "removed" : "sent";
    if (settled === 0) return "some";
  }
}

async function sayHello() {
  try {
    const response = await fetch(pinned().syncUrl, { cache: "no-store", redirect: "error", signal: AbortSignal.timeout(PATIENCE) });
    if (response.status >= 500) return "offline";
    return response.ok ? await response.json() : "fault";
  } catch {
    return "offline";
  }
}

async function post(batch, token) {
  try {
    return await fetch(pinned().syncUrl, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRFToken": token },
      body: JSON.stringify({ device_now: new Date().toISOString(), records: batch.map(asRecord) }),
      redirect: "error",
      signal: AbortSignal.timeout(PATIENCE),
    });
  } catch {
    return null; // no network, or no answer in time
  }
}

/** What the server says of this device stays, so that a page opened with no signal knows it too. */
async function noteDevice(state) {
  await change(({ kept }) => (state === "paired" ? kept.delete("removed") : kept.put(state, "removed")));
  announce("contact");
}
