/** Reads codes with the till's own reader, for tests/web/till/test_code_reader.py: one a line in, what they say as JSON out. */
import { createInterface } from "node:readline";
import { toHex } from "../../../static/js/_bytes.js";
import { decode, isGenuineNote } from "../../../static/js/_codes.js";
import { isSignedByScript } from "../../../static/js/_signatures.js";

const key = Uint8Array.from(Buffer.from(process.argv[2], "hex"));
for await (const line of createInterface({ input: process.stdin })) {
  const parts = decode(JSON.parse(line));
  const said = parts && { kind: parts.kind, programme: parts.programme, key: parts.key };
  if (parts?.serial) said.serial = toHex(parts.serial);
  if (parts?.kind === "note") {
    const domain = new TextEncoder().encode("timecredits/note/1");
    Object.assign(said, {
      minutes: parts.minutes,
      lastDay: parts.lastDay,
      genuine: await isGenuineNote(parts, key),
      genuineByScript: await isSignedByScript(key, parts.signature, Uint8Array.from([...domain, ...parts.body])),
    });
  }
  console.log(JSON.stringify(said));
}
