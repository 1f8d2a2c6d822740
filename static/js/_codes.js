/**
 * What a code says: "TC1:" and base32 of a fixed length, one spelling a code. The same as spending/codes.py, as far as a device
 * without our secrets can go: a live code and a card can't be proved here, a note can (isGenuineNote).
 */
import { ascii, fromBase32, join } from "./_bytes.js";
import { isSigned } from "./_signatures.js";

const SHAPE = /^TC1:(?:[A-Z2-7]{34}|[A-Z2-7]{24}|[A-Z2-7]{125})$/;
const KINDS = { 34: { number: 1, name: "live" }, 24: { number: 2, name: "card" }, 125: { number: 3, name: "note" } };
const NOTE_DOMAIN = ascii("timecredits/note/1");
const NOTE_BODY = 14;
const QUARTER = 15;
const DAY = 86_400_000;

/** { kind: "live" | "card" | "note", key, programme, serial, and for a note minutes, lastDay, body, signature }, or null. */
export function decode(text) {
  if (!SHAPE.test(text)) return null;
  const letters = text.slice(4);
  const kind = KINDS[letters.length];
  const bytes = fromBase32(letters);
  if (!bytes || bytes[0] >> 5 !== kind.number) return null;
  const parts = { kind: kind.name, key: bytes[0] & 31, programme: (bytes[1] << 8) | bytes[2] };
  if (kind.name === "live") return parts;
  parts.serial = bytes.slice(3, 11);
  if (kind.name === "card") return parts;
  return {
    ...parts,
    minutes: bytes[11] * QUARTER,
    lastDay: new Date(((bytes[12] << 8) | bytes[13]) * DAY).toISOString().slice(0, 10),
    body: bytes.slice(0, NOTE_BODY),
    signature: bytes.slice(NOTE_BODY),
  };
}

/** Whether a note was signed with this public key (32 bytes). */
export function isGenuineNote(note, publicKey) {
  return isSigned(publicKey, note.signature, join(NOTE_DOMAIN, note.body));
}

/** Eight letters and numbers, as they stand under a square. They say nothing without a signal. */
export const isTyped = (text) => /^[0-9A-Za-z]{8}$/.test(text.replaceAll(/[\s-]/g, ""));
