/** What the page of passes and its worker agree on. */
export const CACHE = "passes";
export const PAGE = "/my/passes";
export const WORKER = "/my/passes/worker.js";
/** The page itself, and the two ways out: whoever takes one leaves nothing behind on this phone. */
export const LEAVING = ["/exit", "/sign-out"];
export const SCOPES = [PAGE, ...LEAVING];
