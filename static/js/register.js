/** The register: the sum follows the taps; "Everybody came" and "Set everybody" are done on the spot where that is plain. */
const form = document.querySelector("[data-register]");

if (form instanceof HTMLFormElement) {
  const rows = [...form.querySelectorAll(".tc-hours")];
  const people = form.querySelector("[data-people]");
  const hours = form.querySelector("[data-hours]");
  const everybody = form.querySelector("#everybody");
  const came = form.querySelector("[data-everybody-came]");
  const quarters = { 15: "¼", 30: "½", 45: "¾", 0: "" };

  const amount = (minutes) => {
    const whole = Math.floor(minutes / 60);
    const quarter = quarters[minutes % 60];
    return quarter === undefined ? (minutes / 60).toFixed(2) : `${whole || !quarter ? whole : ""}${quarter}`;
  };

  /** Only the plain spellings; the server reads the others. */
  const readMinutes = (typed) => {
    const text = typed.trim().replace(",", ".").replace("½", ".5").replace("¼", ".25").replace("¾", ".75");
    const [, whole, minutes] = /^(\d+)[:h](\d\d)$/.exec(text) ?? [];
    if (minutes !== undefined) return Number(whole) * 60 + Number(minutes);
    return /^(\d+(\.\d+)?|\.\d+)$/.test(text) ? Math.round(Number(text) * 60) : NaN;
  };

  const chosenIn = (row) => row.querySelector(".tc-choice__input:checked");

  const minutesIn = (row) => {
    const chosen = chosenIn(row);
    if (!chosen) return 0;
    if (chosen.value !== "other") return Number(chosen.value);
    return readMinutes(row.querySelector(".tc-hours__other input").value) || 0;
  };

  const sum = () => {
    const minutes = rows.map(minutesIn).filter((each) => each > 0);
    people.textContent = String(minutes.length);
    hours.textContent = amount(minutes.reduce((total, each) => total + each, 0));
  };

  const choose = (targets, minutes) => {
    const inputs = targets.map((row) => row.querySelector(`.tc-choice__input[value="${minutes}"]`));
    if (!minutes || inputs.some((input) => !input)) return false;
    inputs.forEach((input) => (input.checked = true));
    sum();
    return true;
  };

  form.addEventListener("change", (event) => {
    const input = event.target;
    if (input instanceof HTMLInputElement && input.value === "other" && input.type === "radio") {
      input.closest(".tc-hours").querySelector(".tc-hours__other input").focus();
    }
    sum();
  });
  form.addEventListener("input", sum);
  // Coming back to the page, the browser keeps the taps and not the sum.
  window.addEventListener("pageshow", sum);

  form.querySelector("[data-set-everybody]").addEventListener("click", (event) => {
    const here = rows.filter((row) => minutesIn(row) > 0);
    const minutes = readMinutes(everybody.value);
    if (form.querySelector("#add").value.trim() || minutes !== Number(came?.dataset.everybodyCame) || !choose(here, minutes)) return;
    event.preventDefault();
  });

  came?.addEventListener("click", (event) => {
    const targets = rows.filter((row) => row.dataset.likely !== undefined && minutesIn(row) === 0);
    if (form.querySelector("#add").value.trim()) return;
    if (targets.length === 0 || choose(targets, Number(came.dataset.everybodyCame))) event.preventDefault();
  });

  // Enter in a field would press the first button of the form, whichever that is.
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.target instanceof HTMLInputElement)) return;
    const button = { add: "add", everybody: "everybody" }[event.target.id];
    event.preventDefault();
    if (button) form.querySelector(`button[value="${button}"]`).click();
  });
}
