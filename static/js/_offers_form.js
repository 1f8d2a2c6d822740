/** The form of the page for no signal, made from the pack: what it is for, how many come, and where a scanner types. */
import { clockTime, creditsText } from "./_amounts.js";
import { makeParty } from "./_party.js";
import { inLondon, ofOffer } from "./_rules.js";
import { copyOf, fill, words } from "./_words.js";

const CHOSEN = "till-offer";
const MONDAY = Date.UTC(2024, 0, 1);

/** Fills the form once. Answers { offerId, party, reset, isChosen }. */
export function makeOffersForm(form, pack, credits) {
  const list = copyOf("row", "offers");
  const { day } = inLondon(new Date());
  const offers = pack.offers.filter((offer) => !(offer.starts_on > day || (offer.ends_on && offer.ends_on < day)));
  for (const [index, offer] of offers.entries()) list.append(row(offer, index, credits));
  form.querySelector("[data-offers-place]").replaceChildren(list);
  const inputs = [...list.querySelectorAll("[data-offer]")];
  const usable = inputs.filter((input) => !input.disabled);
  // Of several, none is chosen for anybody: a code in view would be taken at a price nobody named.
  const chosen = usable.find((input) => input.value === remembered()) ?? (usable.length === 1 ? usable[0] : null);
  if (chosen) chosen.checked = true;
  list.addEventListener("change", () => remember(current()));
  const party = makeParty(form);

  function current() {
    return inputs.find((input) => input.checked)?.value ?? null;
  }

  const count = (name, usual) => (form.querySelector("[data-party]").hidden ? usual : number(form.elements[name].value));
  return {
    offerId: current,
    isChosen: () => current() !== null,
    party: () => ({ adults: count("adults", 1), under16s: childrenCome() ? count("under_16s", 0) : 0 }),
    reset: () => party.reset(),
  };

  function childrenCome() {
    return !form.querySelector("[data-children-field]").hidden;
  }
}

/** Nothing typed is nobody; anything that is no whole number is refused by the rules. */
const number = (text) => (text.trim() === "" ? 0 : Number(text));

function row(offer, index, credits) {
  const element = copyOf("row", "offer");
  const input = element.querySelector("[data-offer]");
  input.id = `offer-${index + 1}`;
  input.value = offer.id;
  input.dataset.most = String(offer.most_people);
  input.dataset.children = offer.under_16_minutes === null ? "no" : "yes";
  element.querySelector("label").htmlFor = input.id;
  fill(element, "name", offer.name);
  fill(element, "price", creditsText(offer.adult_minutes, ...credits));
  const rules = [offer.restrictions, ...offer.times.map(timeText)].filter(Boolean).join(" · ");
  element.querySelector("[data-rules]").hidden = !rules;
  fill(element, "rules-words", rules);
  if (ofOffer(offer, new Date()) === "not-offline") {
    input.disabled = true;
    element.classList.add("tc-till-offers__item--off");
    element.querySelector("[data-reason]").hidden = false;
    fill(element, "reason-words", words(`reason-${offer.offline_reason}`) || words("reason-"));
  }
  return element;
}

/** "Mon, Tue 10am–12pm" */
function timeText({ days, from, until }) {
  const weekday = new Intl.DateTimeFormat(document.documentElement.lang || "en-GB", { weekday: "short", timeZone: "UTC" });
  const at = (text) => clockTime(new Date(`2024-01-01T${text === "24:00" ? "00:00" : text}:00Z`)); // in winter London keeps UTC
  return `${days.map((each) => weekday.format(MONDAY + each * 86_400_000)).join(", ")} ${at(from)}–${at(until)}`;
}

function remembered() {
  try {
    return localStorage.getItem(CHOSEN);
  } catch {
    return null;
  }
}

function remember(value) {
  try {
    localStorage.setItem(CHOSEN, value);
  } catch {
    // Then it is asked for again tomorrow.
  }
}
