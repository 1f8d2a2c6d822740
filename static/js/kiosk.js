/** The kiosk's page: reads codes from the camera or the fields, shows the answer big, and clears it. Works without this too. */
import { signal, wakeSound } from "./_signals.js";
import { watch } from "./_watch.js";

/** How long an answer stays, and a choice. Then nobody's name is left on the screen. */
const ANSWER_STAYS = 20_000;
const CHOICE_STAYS = 60_000;
/** A lost answer is asked for again for half a minute: the server takes a second scan within a minute for a slip. */
const PATIENCE = 8000;
const WAITS = [1000, 2000, 4000];
/** How often the list of what is on is looked at anew. */
const LOOK_AGAIN = 60_000;

const form = document.querySelector("[data-kiosk]");
if (form) start();

function start() {
  const place = document.querySelector("[data-result-place]");
  const words = (name) => document.querySelector(`[data-words="${name}"]`)?.innerHTML.trim() ?? "";
  const cameraWords = document.querySelector("[data-camera-words]");
  const say = (name) => cameraWords && (cameraWords.textContent = words(name));
  const ours = (name) => document.querySelector(`template[data-panel="${name}"]`).content.cloneNode(true);
  let busy = false;
  let clearing = 0;

  function clear() {
    clearTimeout(clearing);
    place.replaceChildren();
    form.reset();
    form.elements.code.value = "";
    if (form.elements.choose) location.assign(form.dataset.homeUrl);
  }

  function show(panel) {
    clearTimeout(clearing);
    place.replaceChildren(panel);
    const result = place.querySelector("[data-result]");
    if (!result) return;
    result.classList.add("tc-result--new");
    result.scrollIntoView({ block: "nearest" });
    signal(result.dataset.result);
    const choice = place.querySelector("[data-choices]");
    if (choice) choice.querySelector("button").focus({ preventScroll: true });
    clearing = setTimeout(clear, choice ? CHOICE_STAYS : ANSWER_STAYS);
  }

  async function send(action, fields) {
    if (busy) return;
    busy = true;
    say("sending");
    try {
      const html = await untilAnswered(action, fields);
      if (html === null) return show(ours("fault"));
      show(new DOMParser().parseFromString(html, "text/html").querySelector("[data-answer]"));
      const kind = place.querySelector("[data-result]").dataset.result;
      if (["done", "again"].includes(kind)) form.elements.code.value = form.elements.letter.value = "";
      else form.elements.code.select();
    } finally {
      busy = false;
      say("take-away");
    }
  }

  async function untilAnswered(action, fields) {
    let renewed = false;
    for (let tries = 0; tries <= WAITS.length; tries += 1) {
      const response = await post(action, fields);
      if (response?.ok) return response.text();
      if (response?.type === "opaqueredirect") return location.assign(form.dataset.homeUrl); // no kiosk any more
      if (response && response.status < 500) {
        if (renewed || !(await lookAgain())) return null;
        renewed = true;
        continue;
      }
      show(ours("waiting"));
      await new Promise((resolve) => setTimeout(resolve, WAITS[tries] ?? 0));
    }
    return null;
  }

  async function post(action, fields) {
    const body = new FormData();
    for (const [name, value] of Object.entries(fields)) body.append(name, value);
    body.append("csrf_token", form.elements.csrf_token.value);
    try {
      return await fetch(action, {
        method: "POST",
        body,
        headers: { "X-Fragment": "result" },
        redirect: "manual",
        signal: AbortSignal.timeout(PATIENCE),
      });
    } catch {
      return null; // no network, or no answer in time
    }
  }

  /** The page stands open all day: what is on changes, and so does the form's mark. */
  async function lookAgain() {
    try {
      const response = await fetch(form.dataset.homeUrl, { redirect: "manual" });
      if (response.type === "opaqueredirect") return location.assign(form.dataset.homeUrl);
      if (!response.ok) return false;
      const fresh = new DOMParser().parseFromString(await response.text(), "text/html");
      const token = fresh.querySelector("input[name=csrf_token]").value;
      for (const field of document.querySelectorAll("input[name=csrf_token]")) field.value = token;
      document.querySelector("[data-on-now]").replaceWith(fresh.querySelector("[data-on-now]"));
      return true;
    } catch {
      return false;
    }
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    wakeSound();
    const code = form.elements.code.value.trim();
    if (code) send(form.action, { code, letter: form.elements.letter.value, choose: form.elements.choose?.value ?? "" });
    else if (!busy) show(ours("empty"));
  });
  place.addEventListener("submit", (event) => {
    event.preventDefault();
    const { who } = event.target.elements;
    send(event.target.action, { who: who.value, place: event.submitter.value });
  });
  place.addEventListener("click", (event) => {
    if (!event.target.closest("[data-done]")) return;
    event.preventDefault();
    clear();
  });
  document.addEventListener("pointerdown", wakeSound);
  // A scanner that types needs no aim: its characters go to the field wherever the page was touched last.
  document.addEventListener("keydown", (event) => {
    if (document.activeElement === document.body && event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey) {
      form.elements.code.focus();
    }
  });
  // Going back must not bring a name back.
  window.addEventListener("pageshow", (event) => event.persisted && clear());
  if (place.querySelector("[data-result]")) {
    clearing = setTimeout(clear, place.querySelector("[data-choices]") ? CHOICE_STAYS : ANSWER_STAYS);
  }
  setInterval(() => busy || lookAgain(), LOOK_AGAIN);
  stayAwake();
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && stayAwake());
  const camera = document.querySelector("[data-camera]");
  if (!camera) return;
  watch(camera, {
    say,
    isFree: () => !busy,
    tell: (reason) => (document.querySelector("[data-camera-state]").textContent = words(reason)),
    seen: (code) => send(form.action, { code, choose: form.elements.choose?.value ?? "" }),
  });
}

async function stayAwake() {
  try {
    await navigator.wakeLock?.request("screen");
  } catch {
    // The battery is low, or the browser doesn't want to.
  }
}
