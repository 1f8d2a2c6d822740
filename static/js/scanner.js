/** The till's page: reads codes from the camera or the field, sends them, and shows the answer big. Works without this too. */
import { NoCamera, readFrames, startCamera } from "./_camera.js";
import { makeParty } from "./_party.js";
import { makeSender } from "./_sender.js";
import { signal, wakeSound } from "./_signals.js";

/** The same text in view is one showing, however long it stays; after this long out of view it is another. */
const SAME_TEXT = 4000;
/** A phone left in view draws a new code by and by. It is another showing only once no code was seen for this long. */
const OUT_OF_VIEW = 1200;

/** The second half of a double click must not push the answer aside. */
const DOUBLE_CLICK = 1500;

const form = document.querySelector("[data-till]");
if (form) start();

function start() {
  const place = document.querySelector("[data-result-place]");
  const words = (name) => document.querySelector(`[data-words="${name}"]`)?.innerHTML.trim() ?? "";
  const cameraWords = document.querySelector("[data-camera-words]");
  const say = (name) => cameraWords && (cameraWords.textContent = words(name));
  const party = makeParty(form);
  let answeredAt = -Infinity;

  function show(panel, { focus = false } = {}) {
    place.replaceChildren(panel);
    const result = place.querySelector("[data-result]");
    if (!result) return;
    result.classList.add("tc-result--new");
    if (focus) result.focus({ preventScroll: true });
    result.scrollIntoView({ block: "nearest" });
    signal(result.dataset.result);
  }

  const ours = (name) => document.querySelector(`template[data-panel="${name}"]`).content.cloneNode(true);

  const sender = makeSender(form, {
    waiting: () => show(ours("waiting")),
    failed: () => show(ours("fault")),
    answered(html, sent) {
      const parsed = new DOMParser().parseFromString(html, "text/html");
      show(parsed.querySelector("[data-answer]"));
      document.querySelector("[data-last]")?.replaceWith(parsed.querySelector("[data-last]"));
      const field = form.elements.code;
      if (field.value.trim() === sent.code) {
        if (["done", "again"].includes(place.querySelector("[data-result]")?.dataset.result)) field.value = "";
        else field.select(); // one wrong letter can be mended; what a scanner types next takes its place
      }
      party.reset();
      say("take-away");
      answeredAt = performance.now();
    },
  });

  const isOfferChosen = () => new FormData(form).get("offer_id") !== null;

  function send(code) {
    if (!isOfferChosen()) return show(ours("choose"));
    say("sending");
    return sender.send({
      id: crypto.randomUUID?.() ?? randomId(),
      code,
      offer_id: new FormData(form).get("offer_id") ?? "",
      adults: form.elements.adults?.value ?? "1",
      under_16s: form.elements.under_16s?.value ?? "0",
      scanned_at: new Date().toISOString(),
    });
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    wakeSound();
    const code = form.elements.code.value.trim();
    if (code) send(code);
    else if (!sender.isBusy() && performance.now() - answeredAt > DOUBLE_CLICK) show(ours("empty"));
  });
  document.addEventListener("pointerdown", wakeSound);

  // A scanner that types needs no aim: its characters go to the field wherever the page was touched last.
  document.addEventListener("keydown", (event) => {
    const free = document.activeElement === document.body || document.activeElement?.closest("[data-result]");
    if (free && event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey) form.elements.code.focus();
  });
  if (window.matchMedia("(pointer: fine)").matches) form.elements.code.focus({ preventScroll: true });

  watch(sender, send, say, isOfferChosen);
  sender.resume();
}

async function watch(sender, send, say, isOfferChosen) {
  const box = document.querySelector("[data-camera]");
  if (!box) return;
  const video = box.querySelector("[data-video]");
  const state = document.querySelector("[data-camera-state]");
  const tell = (reason) => {
    box.hidden = true;
    state.textContent = document.querySelector(`[data-words="${reason}"]`).innerHTML.trim();
  };
  try {
    box.hidden = false;
    await startCamera(video);
  } catch (fault) {
    tell(fault instanceof NoCamera ? fault.reason : "no-camera");
    return;
  }
  let lastText = "";
  let lastSeen = -Infinity;
  let reminded = false;
  readFrames(
    video,
    (text) => {
      const now = performance.now();
      if (text && !isOfferChosen()) return say("choose");
      if (!text) {
        if (now - lastSeen > OUT_OF_VIEW && !sender.isBusy()) say("ready");
        return;
      }
      const away = now - lastSeen;
      const isNew = text === lastText ? away > SAME_TEXT : away > OUT_OF_VIEW;
      lastSeen = now;
      if (sender.isBusy()) return;
      if (!isNew) {
        if (!reminded) say("take-away");
        reminded = true;
        return;
      }
      lastText = text;
      reminded = false;
      flash(box);
      send(text);
    },
    () => tell("unreadable"),
  );
}

/** A sign that something was seen, before any answer. */
function flash(box) {
  box.classList.remove("tc-camera--seen");
  void box.offsetWidth; // lets the movement begin anew
  box.classList.add("tc-camera--seen");
}

/** On plain http there is no randomUUID, but there is chance. */
function randomId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
