/** The till's page for no signal. It works from what this device has stored, and says nothing before it is stored. */
import { creditsText } from "./_amounts.js";
import { forgetLoss } from "./_device.js";
import { announce, onNews } from "./_news.js";
import { makeLists } from "./_offline_lists.js";
import { makeOffersForm } from "./_offers_form.js";
import { showState } from "./_offline_state.js";
import { exported, foresee, save, undo } from "./_outbox.js";
import { forgetPending, keepPending, pending } from "./_pending.js";
import { startWorker } from "./_readiness.js";
import { consider } from "./_scan_offline.js";
import { signal, wakeSound } from "./_signals.js";
import { keepBar } from "./_till_bar.js";
import { getInTouch, keepInTouch, touch } from "./_touch.js";
import { watch } from "./_watch.js";
import { catchKeys } from "./_wedge.js";
import { copyOf, fill, words } from "./_words.js";

/** Refusals that mean that the store isn't what it was: the whole page looks again. */
const OF_THE_STORE = ["not-ready", "emptied", "removed", "stale"];

const root = document.querySelector("[data-offline]");
if (root) start();

function start() {
  const form = root.querySelector("[data-offline-form]");
  const place = root.querySelector("[data-result-place]");
  const credits = [root.dataset.oneCredit, root.dataset.manyCredits];
  const cameraWords = root.querySelector("[data-camera-words]");
  const say = (name) => (cameraWords.textContent = words(name));
  let offers = null;
  let madeOf = "";
  let busy = false;
  let dropQuestion = () => {};
  let chain = Promise.resolve();

  function show(name, text = "") {
    const panel = copyOf("panel", name) ?? copyOf("panel", "store");
    const slot = panel.querySelector("[data-slot]");
    if (slot) slot.hidden = !text;
    if (text) fill(panel, "slot", text);
    place.replaceChildren(panel);
    panel.classList.add("tc-result--new");
    panel.scrollIntoView({ block: "nearest" });
    if (document.activeElement === document.body) focusCode(); // what had the focus went with the question
    signal(panel.dataset.result);
  }

  function focusCode() {
    if (window.matchMedia("(pointer: fine)").matches) form.elements.code.focus({ preventScroll: true });
  }

  /** Asks whether it is them; resolves with the answer, or with null when the next code was scanned instead. */
  function askWhether(name) {
    const panel = copyOf("panel", "ask");
    fill(panel, "name", name);
    place.replaceChildren(panel);
    panel.scrollIntoView({ block: "nearest" });
    signal("offline");
    panel.focus({ preventScroll: true });
    return new Promise((resolve) => {
      panel.querySelector("[data-yes]").addEventListener("click", () => resolve(true));
      panel.querySelector("[data-no]").addEventListener("click", () => resolve(false));
      dropQuestion = () => resolve(null);
    });
  }

  /** One after another, however fast a scanner types; an open question gives way. */
  function take(request, sentBefore = false) {
    dropQuestion();
    chain = chain.then(() => takeOne(request, sentBefore));
    return chain;
  }

  /** `sentBefore`: it was sent with a signal and no answer came. */
  async function takeOne(request, sentBefore) {
    try {
      const found = await consider(request);
      if (found.refused) return refuse(found.refused, request, sentBefore);
      if (found.question) {
        const foreseen = await foresee(found.scan);
        if (foreseen) return refuse(foreseen, request, sentBefore);
        const isThem = await askWhether(found.scan.name);
        if (isThem === null) return;
        if (!isThem) return refuse("not-them", request, sentBefore);
      }
      const answer = await save(found.scan);
      if (answer.refused) return refuse(answer.refused, request, sentBefore);
      if (sentBefore) forgetPending();
      const amount = creditsText(found.scan.minutes, ...credits).replaceAll(" ", "\u00a0");
      show("saved", [found.scan.name || words("note"), found.scan.offer.name, amount].join(" · "));
      offers.reset();
      say("take-away");
      if (touch.reached) getInTouch();
    } catch {
      show("store");
      announce("store");
    }
  }

  function refuse(name, request, sentBefore) {
    // A live code is good for a minute, so asking again later can only tell, and never take. Of others, the list of the till tells.
    if (sentBefore && name !== "live") forgetPending();
    show(name, sentBefore ? words(name === "live" ? "maybe" : "lost-answer") : "");
    if (OF_THE_STORE.includes(name)) announce("store");
    const field = form.elements.code;
    if (field.value === "" && !sentBefore) field.value = request.code;
    field.select(); // what a scanner types next takes its place
  }

  function scanned(code) {
    if (!offers?.isChosen()) return show("choose");
    const { adults, under16s } = offers.party();
    const request = { id: crypto.randomUUID(), code, offerId: offers.offerId(), adults, under16s, scannedAt: new Date().toISOString() };
    if (touch.reached) return goOnline(request);
    return take(request);
  }

  /** With a signal the usual page decides: it knows live codes, balances and PINs. */
  function goOnline({ id, code, offerId, adults, under16s, scannedAt }) {
    keepPending({ id, code, offer_id: offerId, adults: String(adults), under_16s: String(under16s), scanned_at: scannedAt });
    location.assign(root.dataset.onlineUrl);
  }

  async function oneAtATime(work) {
    if (busy) return;
    busy = true;
    try {
      await work();
    } finally {
      busy = false;
    }
  }

  /** What was said to be waiting isn't any more. */
  function showSent(summary) {
    const shown = place.querySelector("[data-result=offline]");
    if (shown && summary) show("sent", summary);
  }

  const lists = makeLists(root, credits, showSent, async (id, reason) => {
    try {
      const result = await undo(id, reason);
      show({ undone: "undone", again: "undone", sent: "undo-sent", "too-late": "undo-late" }[result]);
      if (touch.reached) getInTouch();
    } catch {
      show("store");
    }
  });

  function showForm(state) {
    const may = state.ready && !state.removed && state.pack !== null;
    form.hidden = !may;
    if (!may) return;
    const made = JSON.stringify(state.pack.offers);
    if (!offers) {
      offers = makeOffersForm(form, state.pack, credits);
      madeOf = made;
      startOnce();
    } else if (made !== madeOf && !place.querySelector("[data-result], [data-question]")) {
      location.reload(); // other offers: nothing is in hand, so begin anew
    }
  }

  function startOnce() {
    takePending();
    watch(root.querySelector("[data-camera]"), {
      say,
      isFree: () => !busy && !place.querySelector("[data-question]"),
      tell: (reason) => (root.querySelector("[data-camera-state]").textContent = words(reason)),
      hold: () => (offers.isChosen() ? "" : "choose"),
      seen: (code) => oneAtATime(() => scanned(code)),
    });
    focusCode();
  }

  /** What the usual page sent without an answer, before it came here. */
  function takePending() {
    const sent = pending();
    if (!sent) return;
    const [adults, under16s] = [Number(sent.adults ?? 1), Number(sent.under_16s ?? 0)];
    const request = { id: sent.id, code: sent.code, offerId: sent.offer_id, adults, under16s, scannedAt: sent.scanned_at };
    take(request, true);
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    wakeSound();
    const code = form.elements.code.value.trim().toUpperCase();
    form.elements.code.value = "";
    if (code) scanned(code);
    else show("empty");
  });
  document.addEventListener("pointerdown", wakeSound);
  catchKeys(form.elements.code, (at) => !form.hidden && (at === document.body || !at.matches("input, select, textarea, button, a, summary")));
  root.querySelector("[data-export]").addEventListener("click", exportList);
  root.addEventListener("click", async (event) => {
    if (event.target.closest("[data-forget-loss]")) {
      await forgetLoss();
      announce("contact");
    }
  });
  onNews(() => lists().catch(() => {}));

  const showAll = keepBar((state) => {
    showState(root.querySelector("[data-state-place]"), state);
    showForm(state);
  });
  if (new URLSearchParams(location.search).has("unsent")) show("unsent");
  lists().catch(() => {});
  showAll();
  startWorker().then((could) => could && keepInTouch()).then(showAll);
}

/** A file with all that isn't safely with the server. */
async function exportList() {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([await exported()], { type: "application/json" }));
  link.download = `till-list-${new Date().toISOString().slice(0, 10)}.json`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
