/** The till's page: reads codes from the camera or the field, sends them, and shows the answer big. Works without this too. */
import { keepReady, takeOver } from "./_offline.js";
import { makeParty } from "./_party.js";
import { makeSender } from "./_sender.js";
import { signal, wakeSound } from "./_signals.js";
import { watch } from "./_watch.js";
import { catchKeys } from "./_wedge.js";

/** The second half of a double click must not push the answer aside. */
const DOUBLE_CLICK = 1500;

/** How often the list is looked at anew: people use a poster without a scan here. */
const LOOK_AGAIN = 10_000;

const form = document.querySelector("[data-till]");
if (form) start();
keepReady();

function start() {
  const place = document.querySelector("[data-result-place]");
  const words = (name) => document.querySelector(`[data-words="${name}"]`)?.innerHTML.trim() ?? "";
  const cameraWords = document.querySelector("[data-camera-words]");
  const say = (name) => cameraWords && (cameraWords.textContent = words(name));
  const party = makeParty(form);
  let answeredAt = -Infinity;

  function show(panel) {
    panel.querySelector("[autofocus]")?.removeAttribute("autofocus"); // it is for a page just opened; a browser complains
    place.replaceChildren(panel);
    const result = place.querySelector("[data-result]");
    if (!result) return;
    result.classList.add("tc-result--new");
    result.scrollIntoView({ block: "nearest" });
    if (question()) focusQuestion();
    else if (document.activeElement === document.body) focusCode(); // what had the focus went with the question
    signal(result.dataset.result);
  }

  const ours = (name) => document.querySelector(`template[data-panel="${name}"]`).content.cloneNode(true);
  const question = () => place.querySelector("[data-question]");

  const sender = makeSender(form, {
    waiting() {
      show(ours("waiting"));
      takeOver();
    },
    failed: () => show(ours("fault")),
    answered(html, sent) {
      const parsed = new DOMParser().parseFromString(html, "text/html");
      show(parsed.querySelector("[data-answer]"));
      document.querySelector("[data-last]")?.replaceWith(parsed.querySelector("[data-last]"));
      const field = form.elements.code;
      if (field.value.trim() === sent.code) {
        if (["done", "again", "ask"].includes(place.querySelector("[data-result]")?.dataset.result)) field.value = "";
        else if (!question()) field.select(); // one wrong letter can be mended; what a scanner types next takes its place
      }
      party.reset();
      say(question() ? "question" : "take-away");
      answeredAt = performance.now();
    },
  });

  const isOfferChosen = () => new FormData(form).get("offer_id") !== null;
  const stamp = () => ({ id: crypto.randomUUID?.() ?? randomId(), scanned_at: new Date().toISOString() });

  function send(code) {
    if (!isOfferChosen()) return show(ours("choose"));
    say("sending");
    return sender.send({
      ...stamp(),
      code,
      offer_id: new FormData(form).get("offer_id") ?? "",
      adults: form.elements.adults?.value ?? "1",
      under_16s: form.elements.under_16s?.value ?? "0",
    });
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    wakeSound();
    const code = form.elements.code.value.trim();
    if (code) send(code);
    else if (!sender.isBusy() && performance.now() - answeredAt > DOUBLE_CLICK) show(ours("empty"));
  });

  // The answer to the open question goes with what was asked about, under an id of its own.
  place.addEventListener("submit", (event) => {
    event.preventDefault();
    wakeSound();
    const fields = Object.fromEntries(new FormData(event.target));
    delete fields.csrf_token;
    if (event.submitter?.name) fields[event.submitter.name] = event.submitter.value;
    if (!fields.check?.trim()) return event.target.querySelector("[data-focus]")?.focus();
    say("sending");
    sender.send({ ...fields, ...stamp() });
  });
  place.addEventListener("click", (event) => {
    if (!event.target.closest("[data-stop]")) return;
    event.preventDefault();
    place.replaceChildren();
    say("ready");
    focusCode();
  });
  document.addEventListener("pointerdown", wakeSound);

  catchKeys(form.elements.code, (at) => at === document.body || !at.matches("input, select, textarea, button, a, summary"));
  if (question()) focusQuestion();
  else focusCode();

  function focusQuestion() {
    const result = place.querySelector("[data-result]");
    (question().querySelector("[data-focus]") ?? result).focus({ preventScroll: true });
  }

  function focusCode() {
    if (window.matchMedia("(pointer: fine)").matches) form.elements.code.focus({ preventScroll: true });
  }

  lookAgain(sender);
  sender.resume();
  const camera = document.querySelector("[data-camera]");
  if (!camera) return;
  watch(camera, {
    say,
    isFree: () => !sender.isBusy(),
    hold: () => (isOfferChosen() ? "" : "choose"),
    asked: () => question()?.dataset.code ?? null,
    tell: (reason) => (document.querySelector("[data-camera-state]").textContent = words(reason)),
    seen: send,
  });
}

/** Looks for uses at the venue's posters. Not while somebody is undoing one: the list would go from under their finger. */
function lookAgain(sender) {
  setInterval(async () => {
    const list = document.querySelector("[data-last]");
    if (!list || document.visibilityState !== "visible" || sender.isBusy() || list.querySelector("details[open]")) return;
    if (list.contains(document.activeElement)) return;
    try {
      const response = await fetch(form.dataset.lastUrl, { redirect: "manual" });
      if (!response.ok) return;
      const parsed = new DOMParser().parseFromString(await response.text(), "text/html");
      if (list.isConnected && !list.querySelector("details[open]")) list.replaceWith(parsed.querySelector("[data-last]"));
    } catch {
      // No signal: the next scan says so.
    }
  }, LOOK_AGAIN);
}

/** On plain http there is no randomUUID, but there is chance. */
function randomId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
