/**
 * What a till carries for times without a signal: offers, rules, the keys of notes, the notes that are dead, and each card under
 * a key that only the card itself gives. Signed by the server; the keys that it must be signed with stand in the page.
 */
import { ascii, fromBase64url, join, toHex } from "./_bytes.js";
import { isSigned } from "./_signatures.js";
import { change, look, ask } from "./_store.js";
import { begin, noteContact } from "./_device.js";

const DOMAIN = ascii("timecredits/till pack/1");
const CARD_INFO = ascii("timecredits/till pack/card");
const FORMAT = 1;
const CARD_HASH = 32;
const NOTE_HASH = 16;
const NONCE = 12;
const PATIENCE = 20_000;

/** What the page says about its till: { packUrl, syncUrl, pageUrl, keys }. */
export function pinned() {
  const place = document.querySelector("[data-pack-keys]");
  const { packUrl, syncUrl, pageUrl, packKeys } = place.dataset;
  return { packUrl, syncUrl, pageUrl, keys: JSON.parse(packKeys) };
}

/** Fetches the pack if it has changed: "new", "same", "unpaired", "wrong" (not to be trusted), "fault" or "offline". Throws StoreFault. */
export async function renewPack() {
  const kept = await loadPack();
  const { packUrl, keys } = pinned();
  let response;
  try {
    response = await fetch(packUrl, {
      headers: kept ? { "If-None-Match": `"${kept.version}"` } : {},
      cache: "no-store",
      redirect: "manual",
      signal: AbortSignal.timeout(PATIENCE),
    });
  } catch {
    return "offline";
  }
  const now = new Date(response.headers.get("Date") ?? Date.now());
  if (response.status === 304) {
    await change(({ kept: store }) => noteContact(store, now));
    return "same";
  }
  if (response.type === "opaqueredirect") return "unpaired";
  if (response.status >= 500) return "offline";
  if (!response.ok) return "fault";
  let pack;
  try {
    pack = await opened(await response.json(), keys);
  } catch {
    return "wrong";
  }
  if (!pack) return "wrong";
  await change(async ({ kept: store }) => {
    store.put(pack, "pack");
    store.delete("removed");
    await begin(store, pack.till_id);
    await noteContact(store, now);
  });
  return "new";
}

/** The pack as it was kept, or null. Throws StoreFault. */
export async function loadPack() {
  return (await look(({ kept }) => ask(kept.get("pack")))) ?? null;
}

/** The pack in an envelope, or null where its signature isn't of one of `keys`. */
async function opened({ pack, signature, key }, keys) {
  const bytes = fromBase64url(pack);
  if (!Object.hasOwn(keys, key)) return null;
  if (!(await isSigned(fromBase64url(keys[key]), fromBase64url(signature), join(DOMAIN, bytes)))) return null;
  const read = JSON.parse(new TextDecoder().decode(bytes));
  return read.format === FORMAT ? read : null;
}

/** What stands for a serial in the pack and in the list of what was used. */
export async function hashOf(serial) {
  return toHex(new Uint8Array(await crypto.subtle.digest("SHA-256", serial)));
}

export const isDeadNote = (pack, hash) => pack.dead_notes.includes(hash.slice(0, NOTE_HASH));

/** The key that checks notes of a programme made with key number `key`; null where the pack has none. */
export function noteKey(pack, programme, key) {
  const text = pack.programmes.find((each) => each.number === programme)?.note_keys[key];
  return text ? fromBase64url(text) : null;
}

/** { name, check } of a card, or null for one that isn't in the pack. */
export async function findCard(pack, serial, hash) {
  const entry = pack.cards[hash.slice(0, CARD_HASH)];
  if (!entry) return null;
  const sealed = fromBase64url(entry);
  const secret = await crypto.subtle.importKey("raw", serial, "HKDF", false, ["deriveKey"]);
  const how = { name: "HKDF", hash: "SHA-256", salt: ascii(pack.version), info: CARD_INFO };
  const key = await crypto.subtle.deriveKey(how, secret, { name: "AES-GCM", length: 256 }, false, ["decrypt"]);
  try {
    const plain = await crypto.subtle.decrypt({ name: "AES-GCM", iv: sealed.slice(0, NONCE) }, key, sealed.slice(NONCE));
    return JSON.parse(new TextDecoder().decode(plain));
  } catch {
    return null;
  }
}
