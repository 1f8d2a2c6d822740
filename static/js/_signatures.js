/** Ed25519 (RFC 8032): the browser's own where it has it, else in JavaScript. */
import { verifyAsync } from "@noble/ed25519";

/** Whether `signature` (64 bytes) is `publicKey`'s (32 bytes) over `message`. */
export async function isSigned(publicKey, signature, message) {
  try {
    const key = await crypto.subtle.importKey("raw", publicKey, { name: "Ed25519" }, false, ["verify"]);
    return await crypto.subtle.verify({ name: "Ed25519" }, key, signature, message);
  } catch {
    return isSignedByScript(publicKey, signature, message);
  }
}

/** The same for browsers that have no Ed25519 yet; zip215 off: as strict as the server. */
export async function isSignedByScript(publicKey, signature, message) {
  try {
    return await verifyAsync(signature, message, publicKey, { zip215: false });
  } catch {
    return false; // not a key, or not a signature
  }
}
