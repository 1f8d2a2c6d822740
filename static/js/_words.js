/** The page's own words and patterns: <template data-words="name">, data-panel, data-row, data-state. */
export function words(name) {
  return document.querySelector(`template[data-words="${name}"]`)?.content.textContent.trim() ?? "";
}

/** The words for a number: "@" stands for it. */
export const counted = (number, one, many) => (number === 1 ? words(one) : words(many).replace("@", String(number)));

/** A fresh copy of a pattern's one element. */
export function copyOf(kind, name) {
  const found = document.querySelector(`template[data-${kind}="${name}"]`);
  return found ? found.content.firstElementChild.cloneNode(true) : null;
}

/** Puts text into the element with this mark. */
export function fill(element, mark, text) {
  const place = element.querySelector(`[data-${mark}]`);
  if (place && place.textContent !== text) place.textContent = text;
}
