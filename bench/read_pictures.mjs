/** Reads grey pictures with the till's own reader: file names on standard input, one JSON line each on standard output. */
import { readFileSync } from "node:fs";
import decodeQR from "qr/decode.js";

const [width, height] = process.argv.slice(2).map(Number);
for (const name of readFileSync(0, "utf8").split("\n").filter(Boolean)) {
  const grey = readFileSync(name);
  const data = new Uint8ClampedArray(width * height * 4);
  for (let place = 0; place < grey.length; place += 1) data.fill(grey[place], place * 4, place * 4 + 3);
  for (let place = 3; place < data.length; place += 4) data[place] = 255;
  const begin = performance.now();
  let text = null;
  try {
    text = decodeQR({ width, height, data });
  } catch {
    // no code in this picture: the reader's way of saying so
  }
  console.log(JSON.stringify({ text, ms: performance.now() - begin }));
}
