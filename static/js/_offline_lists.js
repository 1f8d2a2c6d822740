/** The lists of the page for no signal: what waits, with its undo, and what became of what was sent. */
import { clockTime, creditsText } from "./_amounts.js";
import { listAnswers, listWaiting, UNDO_WITHIN } from "./_outbox.js";
import { copyOf, fill, words } from "./_words.js";

const FINE = ["ok", "ok_covered", "duplicate"];
const LOOKED_AT = ["review"];

/** Shows both lists as they stand. `sent(summary)` is called when nothing waits any more, `undo(id, reason)` for a press on a reason. */
export function makeLists(root, credits, sent, undo) {
  const waiting = root.querySelector("[data-waiting]");
  const answers = root.querySelector("[data-answers]");
  const copy = root.querySelector("[data-keep-copy]");
  let shown = "";
  let waited = false;

  waiting.addEventListener("click", (event) => {
    const button = event.target.closest("button[value]");
    if (button) undo(button.closest("[data-id]").dataset.id, button.value);
  });

  return async function show() {
    const [rows, told] = await Promise.all([listWaiting(), listAnswers()]);
    const now = Date.now();
    const state = JSON.stringify([
      rows.map((row) => [row.id, row.undone !== null, now - row.saved_at > UNDO_WITHIN]),
      told.map((each) => [each.id, each.answered_at]),
    ]);
    if (state === shown) return; // somebody may be choosing a reason
    shown = state;
    waiting.hidden = rows.length === 0;
    waiting.querySelector("[data-waiting-list]").replaceChildren(...rows.map((row) => waitingRow(row, credits, now)));
    answers.hidden = told.length === 0;
    answers.querySelector("[data-answers-sum]").textContent = summary(told);
    answers.querySelector("[data-answers-list]").replaceChildren(...told.map((each) => answerRow(each, credits)));
    copy.hidden = rows.length === 0 && !told.some((each) => each.record);
    if (waited && rows.length === 0) sent(summary(told));
    waited = rows.length > 0;
  };
}

function waitingRow(row, credits, now) {
  const element = describe(copyOf("row", "waiting"), row, row.sent.minutes, credits);
  element.dataset.id = row.id;
  const undone = element.querySelector(".tc-last__undone");
  undone.hidden = !row.undone;
  undone.textContent = ` ${words("taken-back")}`;
  const may = !row.undone && now - row.saved_at <= UNDO_WITHIN;
  if (may) fill(element, "who", ` ${row.name || words("note")}`);
  else element.querySelector("details").remove();
  return element;
}

function answerRow(answer, credits) {
  const element = describe(copyOf("row", "answer"), answer, answer.minutes, credits);
  fill(element, "result-words", answer.sentence || words(answer.result));
  return element;
}

function describe(element, row, minutes, credits) {
  fill(element, "name", row.name || words("note"));
  fill(element, "time", clockTime(new Date(row.saved_at)));
  fill(element, "offer-name", row.offer_name);
  fill(element, "amount", creditsText(minutes, ...credits));
  return element;
}

/** "Sent: 3 fine, 1 looked at later" */
function summary(told) {
  const count = (names) => told.filter((each) => names.includes(each.result)).length;
  const [fine, looked] = [count(FINE), count(LOOKED_AT)];
  const parts = [
    ["sent-fine", fine],
    ["sent-looked", looked],
    ["sent-other", told.length - fine - looked],
  ];
  const said = parts.filter(([, number]) => number > 0).map(([name, number]) => words(name).replace("@", String(number)));
  return told.length ? `${words("sent")} ${said.join(", ")}` : "";
}
