/**
 * A scanner that types needs no aim. What it types goes to the code's field, wherever the page was touched last: at once where
 * nothing else is being typed, and as soon as it is known for a code (its first four characters) where something is.
 */
const PREFIX = "TC1:";

/** Lets keys reach `field`; `free(element)` says whether that element has no use for letters. */
export function catchKeys(field, free) {
  let typed = "";
  let before = "";
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.key === "Shift" || event.key === "CapsLock") return;
    const at = document.activeElement;
    if (at === field || event.key.length !== 1) {
      typed = "";
      return;
    }
    if (free(at)) return field.focus();
    if (!typed) before = at.value;
    typed = PREFIX.startsWith(typed + event.key) ? typed + event.key : "";
    if (typed !== PREFIX) return;
    event.preventDefault();
    typed = "";
    if (before !== undefined) at.value = before; // what stood in that field before the scanner typed into it
    field.value = PREFIX;
    field.focus();
    field.setSelectionRange(PREFIX.length, PREFIX.length);
  });
}
