/** The code on the wall: counts down, fetches the next one in time, and keeps the screen awake. */
const TRY_AGAIN = 3000;

const wall = document.querySelector("[data-wall]");
if (wall) start();

function start() {
  const fault = document.querySelector("[data-wall-fault]");
  const part = () => wall.querySelector("[data-wall-part]");
  let due = 0;
  let fetching = false;

  const settle = () => (due = performance.now() + Number(part().dataset.next) * 1000);

  async function renew() {
    if (fetching) return;
    fetching = true;
    try {
      const response = await fetch(wall.dataset.partUrl + location.search, { redirect: "manual" });
      if (response.type === "opaqueredirect") return location.reload(); // no kiosk any more, or signed out
      if (!response.ok) throw new Error(String(response.status));
      const parsed = new DOMParser().parseFromString(await response.text(), "text/html");
      part().replaceWith(parsed.querySelector("[data-wall-part]"));
      fault.hidden = true;
      settle();
    } catch {
      // An old code is worse than none: it would be turned down on somebody's phone.
      part().classList.add("tc-wall--stale");
      fault.hidden = false;
      due = performance.now() + TRY_AGAIN;
    } finally {
      fetching = false;
    }
  }

  setInterval(() => {
    const left = Math.max(0, Math.ceil((due - performance.now()) / 1000));
    const shown = wall.querySelector("[data-countdown]");
    if (shown) shown.textContent = String(left);
    if (left === 0 && document.visibilityState === "visible") renew();
  }, 250);
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState !== "visible") return;
    stayAwake();
    if (performance.now() >= due) renew();
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
