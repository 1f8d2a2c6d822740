/** What is to be done with a code read where there is no signal: refuse it, ask whether it is them, or save it. */
import { decode, isGenuineNote, isTyped } from "./_codes.js";
import { findCard, hashOf, isDeadNote, loadPack, noteKey } from "./_pack.js";
import { ofNote, ofOffer, ofTill, priceOf } from "./_rules.js";
import { ask, look } from "./_store.js";

/**
 * `request` is { id, code, offerId, adults, under16s, scannedAt }. Answers { refused: name }, or { scan, question } where `scan` is
 * for _outbox.save and `question` says that the name is to be asked for first. Throws StoreFault.
 *
 * The order is that of the server: till, shape, forged, dead, person, offer, party. What was used before and how much may be
 * taken is for `save`, which no other tab can come between.
 */
export async function consider(request) {
  const code = request.code.trim();
  const parts = decode(code);
  if (!parts) return { refused: isTyped(code) ? "typed" : "not-code" };
  if (parts.kind === "live") return { refused: "live" };
  const pack = await loadPack();
  const [contact, removed] = await look(({ kept }) => Promise.all([ask(kept.get("contact")), ask(kept.get("removed"))]));
  if (!pack || !contact) return { refused: "not-ready" };
  const ofDevice = ofTill(pack, contact, removed);
  if (ofDevice) return { refused: ofDevice };
  const hash = await hashOf(parts.serial);
  const found = parts.kind === "note" ? await judgeNote(pack, parts, hash) : await judgeCard(pack, parts, hash);
  if (found.refused) return found;
  const offer = pack.offers.find((each) => each.id === request.offerId);
  if (!offer) return { refused: "choose" };
  if (offer.programme_number !== parts.programme) return { refused: "other-offer" };
  const now = new Date();
  const minutes = priceOf(offer, request.adults, request.under16s);
  const refused = ofOffer(offer, now) ?? (typeof minutes === "string" ? minutes : null);
  if (refused) return { refused };
  if (minutes === 0) return { refused: "free" };
  if (parts.kind === "note" && ofNote(parts, minutes, now)) return { refused: ofNote(parts, minutes, now) };
  const scan = {
    id: request.id,
    kind: parts.kind,
    hash,
    code,
    offer: { id: offer.id, name: offer.name },
    adults: request.adults,
    under_16s: request.under16s,
    minutes,
    name: found.name,
    lastDay: parts.lastDay ?? null,
    scannedAt: request.scannedAt,
  };
  return { scan, question: parts.kind === "card" };
}

async function judgeNote(pack, parts, hash) {
  if (!isOfVenue(pack, parts)) return { refused: "other-area" };
  const key = noteKey(pack, parts.programme, parts.key);
  if (!key || !(await isGenuineNote(parts, key))) return { refused: "forged" };
  return isDeadNote(pack, hash) ? { refused: "ended" } : { name: "" };
}

async function judgeCard(pack, parts, hash) {
  if (!isOfVenue(pack, parts)) return { refused: "other-area" };
  const card = await findCard(pack, parts.serial, hash);
  return card ? { name: card.name } : { refused: "unknown-card" };
}

const isOfVenue = (pack, parts) => pack.programmes.some((each) => each.number === parts.programme);
