/** The till's tabs tell one another what has changed in the store; each then looks there. */
const channel = "BroadcastChannel" in window ? new BroadcastChannel("timecredits-till") : null;
const listeners = [];

/** Something of this kind has changed: "outbox", "pack" or "contact". */
export function announce(kind) {
  channel?.postMessage(kind);
  hear(kind);
}

/** Calls `listener(kind)` for news of this tab and of the others. */
export function onNews(listener) {
  listeners.push(listener);
}

function hear(kind) {
  for (const listener of listeners) listener(kind);
}

channel?.addEventListener("message", (event) => hear(event.data));
