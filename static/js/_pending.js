/** What the usual page sent and has no answer to: its sender keeps it in this tab, and the page for no signal looks at it. */
import { PENDING } from "./_sender.js";

export function pending() {
  try {
    return JSON.parse(sessionStorage.getItem(PENDING));
  } catch {
    return null;
  }
}

/** The usual page sends this as soon as it opens. */
export const keepPending = (fields) => sessionStorage.setItem(PENDING, JSON.stringify(fields));

export const forgetPending = () => sessionStorage.removeItem(PENDING);
