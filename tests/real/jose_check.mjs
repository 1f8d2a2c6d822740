/* What npm `jose` says of tokens: [{token, didDocument}] comes in as JSON, [{accepted, reason, claims}] goes out.
 *
 * The key is the one that the token names, as the issuer's did document gives it; only EdDSA is allowed.
 */
import { readFileSync } from "node:fs";
import { decodeProtectedHeader, importJWK, jwtVerify } from "jose";

async function verdict({ token, didDocument }) {
  try {
    const { kid } = decodeProtectedHeader(token);
    const method = didDocument.verificationMethod.find((each) => each.id === kid && didDocument.assertionMethod.includes(each.id));
    if (!method) return { accepted: false, reason: "no such key", claims: null };
    const key = await importJWK(method.publicKeyJwk, "EdDSA");
    const { payload } = await jwtVerify(token, key, { algorithms: ["EdDSA"], issuer: didDocument.id, typ: "JWT" });
    return { accepted: true, reason: "", claims: payload };
  } catch (error) {
    return { accepted: false, reason: error.code ?? String(error), claims: null };
  }
}

const cases = JSON.parse(readFileSync(0, "utf8"));
process.stdout.write(JSON.stringify(await Promise.all(cases.map(verdict))));
