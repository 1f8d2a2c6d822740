/** The words at the top of the page for no signal: the one thing that staff should know now. */
import { touch } from "./_touch.js";
import { copyOf, fill } from "./_words.js";

/** Shows what matters most of what readiness() found. */
export function showState(place, state) {
  const name = nameOf(state);
  const key = JSON.stringify([name, state.missing, Math.floor(state.hours), state.lost]);
  if (place.dataset.key === key) return;
  place.dataset.key = key;
  place.dataset.name = name;
  const pattern = document.querySelector(`template[data-state="${name}"]`);
  place.replaceChildren(pattern.content.cloneNode(true));
  if (name === "missing") {
    for (const line of place.querySelectorAll("[data-missing]")) line.hidden = !state.missing.includes(line.dataset.missing);
  }
  fill(place, "number", String(name === "lost" ? state.lost : Math.floor(state.hours)));
  if (state.pack) fill(place, "most", String(state.pack.policy.stop_hours));
}

function nameOf(state) {
  if (state.never) return `never-${state.never}`;
  if (state.lost) return "lost";
  if (state.removed) return "removed";
  if (!state.ready) return "missing";
  if (state.hours >= state.pack.policy.stop_hours) return "stale";
  if (touch.reached) return "signal";
  return state.hours >= state.pack.policy.warn_hours ? "warn" : "no-signal";
}
