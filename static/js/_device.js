/** This device as a till: whose it is, how far it has counted, when it last spoke with the server, and whether its list was lost. */
import { ask, change, look } from "./_store.js";

/** Survives an emptied database (browsers empty localStorage last): how far was counted, and how many were still to be sent. */
const MARK = "timecredits-till";

/** Within a change: become this till. Counting goes on where it stopped, also after the database was emptied. */
export async function begin(kept, tillId) {
  const device = await ask(kept.get("device"));
  if (device?.till_id === tillId) return;
  const found = readMark();
  const sequence = !device && found?.till_id === tillId ? found.sequence : 0;
  if (!device && found?.waiting) kept.put(found.waiting, "lost");
  kept.put({ till_id: tillId, sequence }, "device");
}

/** Within a change: the server said what time it is. */
export async function noteContact(kept, serverNow) {
  const now = Date.now();
  kept.put({ server: serverNow.toISOString(), device: now, ahead: Math.round((now - serverNow.getTime()) / 1000) }, "contact");
}

/** Hours since the server was last heard, by this device's clock. */
export const hoursSince = (contact) => (contact ? Math.max(0, (Date.now() - contact.device) / 3_600_000) : Infinity);

/** Remembers outside the database how far it has counted and how many wait. */
export function mark(tillId, sequence, waiting) {
  try {
    localStorage.setItem(MARK, JSON.stringify({ till_id: tillId, sequence, waiting }));
  } catch {
    // Then an emptied store is noticed only by the gap in what was counted.
  }
}

/** How many scans were lost with an emptied store; 0 where none were. */
export async function countLost() {
  const waiting = readMark()?.waiting ?? 0;
  return look(async ({ kept }) => {
    const told = await ask(kept.get("lost"));
    return told ?? ((await ask(kept.get("device"))) ? 0 : waiting);
  });
}

/** The loss was read. */
export async function forgetLoss() {
  await change(({ kept }) => kept.delete("lost"));
  const found = readMark();
  if (found) mark(found.till_id, found.sequence, 0);
}

function readMark() {
  try {
    return JSON.parse(localStorage.getItem(MARK));
  } catch {
    return null;
  }
}
