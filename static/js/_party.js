/**
 * How many are coming: shown only for offers that several may share, and set back to one after each answer. With `keep`, what
 * stands there when the page opens stays: it was typed before.
 */
export function makeParty(form, { keep = false } = {}) {
  const party = form.querySelector("[data-party]");
  const offers = [...form.querySelectorAll("[data-offer]")];

  function chosen() {
    return offers.find((offer) => offer.type === "hidden" || offer.checked);
  }

  function follow() {
    if (!party) return;
    const { most = "1", children = "no" } = chosen()?.dataset ?? {};
    party.hidden = Number(most) <= 1;
    const ofChildren = party.querySelector("[data-children-field]");
    if (ofChildren) ofChildren.hidden = children === "no";
  }

  function reset() {
    if (form.elements.adults) form.elements.adults.value = "1";
    if (form.elements.under_16s) form.elements.under_16s.value = "0";
  }

  function change() {
    follow();
    reset();
  }

  for (const offer of offers) offer.addEventListener("change", change);
  for (const button of party?.querySelectorAll("[data-step]") ?? []) {
    button.hidden = false;
    button.addEventListener("click", () => {
      const field = form.elements[button.dataset.for];
      const value = Number(field.value || 0) + Number(button.dataset.step);
      field.value = String(Math.min(Number(field.max), Math.max(Number(field.min), value)));
    });
  }
  follow();
  if (!keep) reset();
  return { reset };
}
