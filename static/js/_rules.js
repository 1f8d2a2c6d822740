/** What may be taken with no signal. Each rule answers the name of a refusal (templates/till/offline_words.html), or null. */
import { hoursSince } from "./_device.js";

const SAME_CARD = 30_000;
const CLOCK = new Intl.DateTimeFormat("en-GB", {
  timeZone: "Europe/London",
  weekday: "short",
  year: "numeric",
  month: "2-digit",
  day: "2-digit",
  hour: "2-digit",
  minute: "2-digit",
  hourCycle: "h23",
});
const DAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

/** The calendar day, weekday (0 is Monday) and time of day in London. */
export function inLondon(instant) {
  const parts = Object.fromEntries(CLOCK.formatToParts(instant).map(({ type, value }) => [type, value]));
  return {
    day: `${parts.year}-${parts.month}-${parts.day}`,
    weekday: DAYS.indexOf(parts.weekday),
    time: `${parts.hour}:${parts.minute}`,
  };
}

/** What a party costs in minutes, or the name of a refusal. The same as spending/deciding.check_party. */
export function priceOf(offer, adults, under16s) {
  if (![adults, under16s].every((each) => Number.isInteger(each) && each >= 0) || adults + under16s === 0) return "nobody";
  if (adults + under16s > offer.most_people) return "too-many";
  if (under16s && offer.under_16_minutes === null) return "no-children";
  return adults * offer.adult_minutes + under16s * (offer.under_16_minutes ?? 0);
}

/** Whether this till may take anything now. */
export function ofTill(pack, contact, removed) {
  if (removed) return "removed";
  return hoursSince(contact) >= pack.policy.stop_hours ? "stale" : null;
}

/** Whether the offer is on, here and now. */
export function ofOffer(offer, now) {
  if (!offer.offline) return "not-offline";
  const { day, weekday, time } = inLondon(now);
  if ((offer.starts_on && day < offer.starts_on) || (offer.ends_on && day > offer.ends_on)) return "not-today";
  const isOn = (slot) => slot.days.includes(weekday) && slot.from <= time && time < slot.until;
  return offer.times.length && !offer.times.some(isOn) ? "not-now" : null;
}

/** Whether a note is still good and worth enough. */
export function ofNote(note, minutes, now) {
  if (inLondon(now).day > note.lastDay) return "expired";
  return note.minutes < minutes ? "note-too-small" : null;
}

/** Whether this much may be taken on top of what waits; `waiting` are the rows of the outbox that stand. */
export function ofAmount(policy, waiting, scan) {
  if (scan.minutes > policy.most_once) return "too-much-at-once";
  const sum = (rows) => rows.reduce((total, row) => total + row.sent.minutes, 0);
  if (waiting.length + 1 > policy.most_uses || sum(waiting) + scan.minutes > policy.most_minutes) return "till-full";
  const ofCard = waiting.filter((row) => row.kind === "card" && row.hash === scan.hash);
  return scan.kind === "card" && sum(ofCard) + scan.minutes > policy.card_minutes ? "card-full" : null;
}

/** Whether the same was used here before; `spent` is its row, if there is one. */
export function ofUse(kind, spent, now) {
  if (!spent) return null;
  if (kind === "note") return "used-here";
  return Math.abs(now - spent.at) < SAME_CARD ? "just-scanned" : null;
}
