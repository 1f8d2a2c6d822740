/** On the page where a device becomes a till: says that what an earlier till of this device saved is still here. */
import { onNews } from "./_news.js";
import { listAnswers, listWaiting } from "./_outbox.js";
import { whyNever } from "./_readiness.js";

const place = document.querySelector("[data-kept]");
if (place && !whyNever()) {
  show();
  onNews(show);
}

async function show() {
  try {
    const [waiting, answers] = await Promise.all([listWaiting(), listAnswers()]);
    const number = waiting.length + answers.filter((each) => each.record).length;
    place.querySelector("[data-number]").textContent = String(number);
    place.hidden = number === 0;
  } catch {
    place.hidden = true; // nothing can be kept in this browser
  }
}
