/** What was taken with no signal and isn't sent yet. Nothing is said on the screen before it is stored. */
import { announce } from "./_news.js";
import { mark } from "./_device.js";
import { ofAmount, ofTill, ofUse } from "./_rules.js";
import { ask, change, look } from "./_store.js";

export const UNDO_WITHIN = 15 * 60_000;
const KEEP_ANSWERS = 24 * 3_600_000;

/** What `save` would refuse, or null: known before somebody is asked for their name. */
export async function foresee(scan) {
  return (await look((stores) => judge(stores, scan))).refused ?? null;
}

/**
 * Saves a scan: { id, kind, hash, code, offer, adults, under_16s, minutes, name, lastDay, scannedAt }. Record, "spent" row and
 * count are stored together. Answers { row }, or { refused } where another tab or the rules were quicker. Throws StoreFault.
 */
export async function save(scan) {
  const answer = await change(async (stores) => {
    const { refused, row, waiting, pack, contact, device } = await judge(stores, scan);
    if (refused || row) return { refused, row, waiting };
    const made = newRow(scan, pack, contact, device);
    stores.outbox.add(made);
    stores.spent.put({ at: made.saved_at, id: scan.id, last_day: scan.lastDay }, placeOf(made));
    stores.kept.put({ ...device, sequence: made.sent.sequence }, "device");
    return { row: made, waiting: waiting + 1 };
  });
  if (answer.row) {
    mark(answer.row.sent.till_id, answer.row.sent.sequence, answer.waiting);
    announce("outbox");
  }
  return answer;
}

/** Within a transaction: { refused }, or { row } of what was saved under this id before, or what it takes to make one. */
async function judge({ kept, outbox, undos, spent }, scan) {
  const now = Date.now();
  const [pack, contact, device, removed] = await Promise.all(
    ["pack", "contact", "device", "removed"].map((name) => ask(kept.get(name))),
  );
  if (!pack || !contact || !device) return { refused: "emptied" };
  const [before, rows, undone] = await Promise.all([ask(spent.get(placeOf(scan))), ask(outbox.getAll()), ask(undos.getAllKeys())]);
  const row = rows.find((each) => each.id === scan.id);
  if (row) return { row, waiting: rows.length };
  const standing = rows.filter((each) => !undone.includes(each.id));
  const refused = ofTill(pack, contact, removed) ?? ofUse(scan.kind, before, now) ?? ofAmount(pack.policy, standing, scan);
  return refused ? { refused } : { waiting: rows.length, pack, contact, device };
}

const placeOf = ({ kind, hash }) => `${kind} ${hash}`;

function newRow(scan, pack, contact, device) {
  return {
    id: scan.id,
    kind: scan.kind,
    hash: scan.hash,
    name: scan.name,
    offer_name: scan.offer.name,
    saved_at: Date.now(),
    sent: {
      id: scan.id,
      till_id: device.till_id,
      sequence: device.sequence + 1,
      code: scan.code,
      offer_id: scan.offer.id,
      adults: scan.adults,
      under_16s: scan.under_16s,
      minutes: scan.minutes,
      scanned_at: scan.scannedAt,
      policy_version: pack.version,
      last_sync_at: contact.server,
      clock_ahead: contact.ahead,
      check: scan.kind === "card" ? "name" : "note",
    },
  };
}

/** Takes one back that wasn't answered yet: "undone", "again", "sent" (too late here) or "too-late". Both will be sent. */
export async function undo(id, reason) {
  const now = Date.now();
  const result = await change(async ({ outbox, undos, spent }) => {
    const [row, before] = await Promise.all([ask(outbox.get(id)), ask(undos.get(id))]);
    if (!row) return "sent";
    if (before) return "again";
    if (now - row.saved_at > UNDO_WITHIN) return "too-late";
    undos.add({ id, at: new Date(now).toISOString(), reason });
    const place = placeOf(row);
    if ((await ask(spent.get(place)))?.id === id) spent.delete(place);
    return "undone";
  });
  announce("outbox");
  return result;
}

/** What waits, the newest first; each row with `undone`. */
export async function listWaiting() {
  const [rows, undone] = await look(({ outbox, undos }) => Promise.all([ask(outbox.getAll()), ask(undos.getAll())]));
  const byId = new Map(undone.map((each) => [each.id, each]));
  return rows
    .map((row) => ({ ...row, undone: byId.get(row.id) ?? null }))
    .sort((one, other) => other.saved_at - one.saved_at || other.sent.sequence - one.sent.sequence);
}

/** What became of what was sent, the newest first. */
export async function listAnswers() {
  const rows = await look(({ answers }) => ask(answers.getAll()));
  return rows.sort((one, other) => other.answered_at - one.answered_at || other.sequence - one.sequence);
}

/**
 * Keeps the answers to `sent` (the rows as they went out) and takes out of the outbox what was answered. What was undone after
 * it went out stays, to be sent once more. Gives how many are `left`, and how many were `settled`.
 */
export async function settle(sent, results) {
  const now = Date.now();
  let settled = 0;
  const { left, device } = await change(async ({ kept, outbox, undos, answers, spent }) => {
    const undone = await ask(undos.getAllKeys());
    for (const [index, row] of sent.entries()) {
      const answer = results[index];
      if (!answer || answer.result === "later") continue;
      const couldNotBeSent = ["conflict", "unreadable"].includes(answer.result);
      if (!couldNotBeSent && undone.includes(row.id) && !row.undone) continue;
      outbox.delete(row.id);
      undos.delete(row.id);
      settled += 1;
      answers.put({
        id: row.id,
        sequence: row.sent.sequence,
        name: row.name,
        offer_name: row.offer_name,
        minutes: row.sent.minutes,
        saved_at: row.saved_at,
        answered_at: now,
        result: answer.result,
        sentence: answer.sentence,
        record: couldNotBeSent ? { ...row.sent, undone: asSent(row.undone) } : null,
      });
    }
    await tidy(answers, spent, now);
    return { left: await ask(outbox.count()), device: await ask(kept.get("device")) };
  });
  if (device) mark(device.till_id, device.sequence, left);
  announce("outbox");
  return { left, settled };
}

/** A row as it goes out. */
export const asRecord = (row) => ({ ...row.sent, undone: asSent(row.undone) });

const asSent = (undone) => (undone ? { at: undone.at, reason: undone.reason } : null);

/** Everything that isn't safely with the server, as the text of a file. */
export async function exported() {
  const [waiting, answers] = await Promise.all([listWaiting(), listAnswers()]);
  const records = [...waiting.map(asRecord), ...answers.map((each) => each.record).filter(Boolean)];
  return JSON.stringify({ format: 1, made_at: new Date().toISOString(), records }, null, 2);
}

/** Names don't stay on a counter's device for longer than a day; what could not be sent stays. */
async function tidy(answers, spent, now) {
  for (const each of await ask(answers.getAll())) {
    if (!each.record && now - each.answered_at > KEEP_ANSWERS) answers.delete(each.id);
  }
  const today = new Date(now - KEEP_ANSWERS).toISOString().slice(0, 10);
  const [keys, rows] = await Promise.all([ask(spent.getAllKeys()), ask(spent.getAll())]);
  for (const [index, row] of rows.entries()) {
    if (row.last_day ? row.last_day < today : now - row.at > KEEP_ANSWERS) spent.delete(keys[index]);
  }
}
