/** What is shown at the counter: the time goes on, so that nobody takes it for a picture, and the screen stays awake. */
const page = document.querySelector("[data-at-done]");
if (page) start();

function start() {
  const began = performance.now();
  const passed = () => performance.now() - began;
  const clock = page.querySelector("[data-clock]");
  const countdown = document.querySelector("[data-countdown]");
  const now = Date.parse(page.dataset.now); // the server's, whatever this phone's clock says
  const left = Number(page.dataset.left);
  const time = new Intl.DateTimeFormat("en-GB", { timeStyle: "medium", timeZone: "Europe/London" });

  function tick() {
    const seconds = Math.ceil(left - passed() / 1000);
    if (seconds <= 0) return location.reload();
    clock.textContent = time.format(new Date(now + passed()));
    countdown.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  }

  tick();
  setInterval(tick, 500);
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && stayAwake());
  stayAwake();
}

async function stayAwake() {
  try {
    await navigator.wakeLock?.request("screen");
  } catch {
    // The battery is low, or the browser doesn't want to.
  }
}
