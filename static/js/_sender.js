/**
 * Sends one thing at a time and doesn't give up. The id is made before the first send and kept, also over a reload, until an
 * answer has come, so that a lost answer can't take credits twice.
 */
/** Where a tab keeps what it sent until there is an answer. */
export const PENDING = "till-pending";
const PATIENCE = 8000;
const WAITS = [1000, 2000, 4000, 8000];

/** `tell.waiting()` when no answer came and it tries again; `tell.answered(html, sent)`; `tell.failed()`. */
export function makeSender(form, tell) {
  let busy = false;

  async function send(fields) {
    if (busy) return false;
    busy = true;
    // Not what somebody typed for their second check: sent again without it, the same id asks for it again.
    sessionStorage.setItem(PENDING, JSON.stringify("check" in fields ? { ...fields, check: "" } : fields));
    try {
      const html = await untilAnswered(fields);
      sessionStorage.removeItem(PENDING);
      if (html === null) tell.failed();
      else tell.answered(html, fields);
    } finally {
      busy = false;
    }
    return true;
  }

  async function untilAnswered(fields) {
    let renewed = false;
    for (let tries = 0; ; tries += 1) {
      const response = await post(fields);
      if (response?.ok) return response.text();
      if (response?.type === "opaqueredirect") {
        sessionStorage.removeItem(PENDING);
        location.assign(form.dataset.pairUrl); // this device is no till any more
        return new Promise(() => {});
      }
      if (response && response.status < 500) {
        if (renewed || !(await renewToken())) return null;
        renewed = true;
        continue;
      }
      tell.waiting();
      await untilWorthTrying(WAITS[Math.min(tries, WAITS.length - 1)]);
    }
  }

  async function post(fields) {
    const body = new FormData();
    for (const [name, value] of Object.entries(fields)) body.append(name, value);
    body.append("csrf_token", form.elements.csrf_token.value);
    try {
      return await fetch(form.action, {
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

  /** The page may have stood open longer than its form is good for. */
  async function renewToken() {
    try {
      const response = await fetch(form.dataset.tokenUrl, { redirect: "manual" });
      if (!response.ok) return false;
      const token = await response.text();
      for (const field of document.querySelectorAll("input[name=csrf_token]")) field.value = token;
      return true;
    } catch {
      return false;
    }
  }

  /** Something that was sent before this page was loaded, and never answered. */
  function resume() {
    const kept = sessionStorage.getItem(PENDING);
    if (kept) send(JSON.parse(kept));
  }

  return { send, resume, isBusy: () => busy };
}

/** Waits, but not longer than until the network is back or the page is looked at again. */
function untilWorthTrying(milliseconds) {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      window.removeEventListener("online", done);
      document.removeEventListener("visibilitychange", done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    window.addEventListener("online", done);
    document.addEventListener("visibilitychange", done);
  });
}
