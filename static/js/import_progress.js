/** Keeps the progress of a long import fresh without loading the whole page; when it is done, goes on to what came of it. */
const EVERY = 1500;
const TRY_AGAIN = 5000;

const part = () => document.querySelector("[data-progress]");
if (part()) setTimeout(renew, EVERY);

async function renew() {
  let wait = EVERY;
  try {
    const response = await fetch(location.href, { headers: { Accept: "text/html" } });
    if (response.redirected) return location.replace(response.url);
    if (!response.ok) throw new Error(String(response.status));
    const fresh = new DOMParser().parseFromString(await response.text(), "text/html").querySelector("[data-progress]");
    if (!fresh || fresh.dataset.progress !== "running") return location.reload();
    const now = part();
    now.querySelector("[data-progress-bar]").replaceWith(fresh.querySelector("[data-progress-bar]"));
    const said = now.querySelector("[data-progress-said]");
    const words = fresh.querySelector("[data-progress-said]").textContent;
    if (said.textContent !== words) said.textContent = words;
  } catch {
    wait = TRY_AGAIN;
  }
  setTimeout(renew, wait);
}
