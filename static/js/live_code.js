/** Keeps the code page fresh: counts down, fetches the next code in time, tells what was used, and keeps the screen awake. */
const ASK_EVERY = 4000;
const TRY_AGAIN = 3000;

const live = document.querySelector("[data-live]");
if (live) start();

function start() {
  const fault = document.querySelector("[data-live-fault]");
  let due = 0;
  let fetching = false;

  const part = () => live.querySelector("[data-live-part]");
  const address = (base) => {
    const seen = part().dataset.seen || new URLSearchParams(location.search).get("seen") || "";
    return seen ? `${base}?seen=${encodeURIComponent(seen)}` : base;
  };

  function settle() {
    const seconds = Number(part().dataset.next);
    due = seconds > 0 ? performance.now() + seconds * 1000 : 0;
  }

  async function renew() {
    if (fetching) return;
    fetching = true;
    try {
      const response = await fetch(address(live.dataset.fragmentUrl), { redirect: "manual" });
      if (response.type === "opaqueredirect") return location.reload(); // signed out meanwhile
      if (!response.ok) throw new Error(String(response.status));
      const parsed = new DOMParser().parseFromString(await response.text(), "text/html");
      part().replaceWith(parsed.querySelector("[data-live-part]"));
      fault.hidden = true;
      settle();
    } catch {
      // An old code is worse than none: it would be turned down at the counter.
      if (due && performance.now() > due) part().classList.add("tc-live--stale");
      fault.hidden = false;
      due = performance.now() + TRY_AGAIN;
    } finally {
      fetching = false;
    }
  }

  async function ask() {
    if (document.visibilityState !== "visible" || !due) return;
    try {
      const response = await fetch(address(live.dataset.newsUrl), { redirect: "manual" });
      if (response.status === 200) await renew();
    } catch {
      // No signal: the next code's own fetch says so.
    }
  }

  setInterval(() => {
    if (!due) return;
    const left = Math.max(0, Math.ceil((due - performance.now()) / 1000));
    const shown = live.querySelector("[data-countdown]");
    if (shown) shown.textContent = String(left);
    if (left === 0 && document.visibilityState === "visible") renew();
  }, 250);
  setInterval(ask, ASK_EVERY);
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState !== "visible") return;
    stayAwake();
    if (due && performance.now() >= due) renew();
    else ask();
  });
  settle();
  stayAwake();
}

async function stayAwake() {
  try {
    await navigator.wakeLock?.request("screen");
  } catch {
    // The battery is low, or the browser doesn't want to.
  }
}
