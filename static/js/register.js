/** The register: the sum follows the taps, and "Set everybody" is done on the spot when the length is one of those offered. */
const form = document.querySelector("[data-register]");

if (form instanceof HTMLFormElement) {
  const chosen = () =>
    [...form.querySelectorAll(".tc-choice__input:checked")].map((input) => Number(input.value)).filter((minutes) => minutes > 0);
  const people = form.querySelector("[data-people]");
  const hours = form.querySelector("[data-hours]");
  const everybody = form.querySelector("#everybody");
  const quarters = { 15: "¼", 30: "½", 45: "¾", 0: "" };

  const amount = (minutes) => {
    const whole = Math.floor(minutes / 60);
    const quarter = quarters[minutes % 60];
    return quarter === undefined ? (minutes / 60).toFixed(2) : `${whole || !quarter ? whole : ""}${quarter}`;
  };

  const sum = () => {
    const minutes = chosen();
    people.textContent = String(minutes.length);
    hours.textContent = amount(minutes.reduce((total, each) => total + each, 0));
  };

  /** Only the plain spellings; anything else goes to the server, which reads them all. */
  const typedMinutes = () => {
    const text = everybody.value.trim().replace(",", ".").replace("½", ".5").replace("¼", ".25").replace("¾", ".75");
    return /^(\d+(\.\d+)?|\.\d+)$/.test(text) ? Math.round(Number(text) * 60) : NaN;
  };

  const setEverybody = (minutes) => {
    const rows = [...form.querySelectorAll(".tc-hours")];
    const targets = rows.map((row) => row.querySelector(`.tc-choice__input[value="${minutes}"]`));
    if (!minutes || targets.some((target) => !target)) return false;
    rows.forEach((row, index) => {
      const now = row.querySelector(".tc-choice__input:checked");
      if (now && now.value !== "0") targets[index].checked = true;
    });
    return true;
  };

  form.addEventListener("change", sum);
  // Coming back to the page, the browser keeps the taps and not the sum.
  window.addEventListener("pageshow", sum);
  form.querySelector("[data-set-everybody]").addEventListener("click", (event) => {
    if (form.querySelector("#add").value.trim() || !setEverybody(typedMinutes())) return;
    event.preventDefault();
    sum();
  });
  // Enter in a field would press the first button of the form, whichever that is.
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.target instanceof HTMLInputElement)) return;
    const button = { add: "add", everybody: "everybody" }[event.target.id];
    if (!button) return;
    event.preventDefault();
    form.querySelector(`button[value="${button}"]`).click();
  });
}
