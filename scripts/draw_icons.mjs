/**
 * The till's icons as PNG, drawn from the shapes of static/images/mark.svg: a rounded square, a ring with a gap, and a tick.
 *
 *   icon(512)                    the mark as it stands, corners see-through
 *   icon(512, { maskable: true })  the mark smaller on a full square: a launcher cuts its own shape out of it
 *
 * Both answer the bytes of a PNG file. Each pixel's cover is its distance from the shape's edge, so edges are smooth.
 */
import { deflateSync } from "node:zlib";

const SIDE = 48;
const GROUND = [0x3c, 0x1a, 0x66];
const RING = { colour: [0xff, 0xc0, 0x4a], width: 4.4 };
const HANDS = { colour: [0xff, 0xff, 0xff], width: 4.4 };
const CORNER = 13;
/** The arc of the mark: begins at 37.7 18.6, goes the long way round clockwise with radius 14.8, ends at 31 10.9. */
const ARC = { from: [37.7, 18.6], to: [31, 10.9], radius: 14.8 };
const TICK = [
  [17.6, 24.6],
  [23.2, 30],
  [36.8, 13],
];
const SAFE = 0.72;

const length = (x, y) => Math.hypot(x, y);

/** The centre of the arc: of the two circles through both ends, the one that leaves its longer part between them. */
function centreOf({ from, to, radius }) {
  const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
  const half = length(dx, dy) / 2;
  const away = Math.sqrt(radius ** 2 - half ** 2);
  return [(from[0] + to[0]) / 2 + (away * dy) / (2 * half), (from[1] + to[1]) / 2 - (away * dx) / (2 * half)];
}

const centre = centreOf(ARC);

function distanceToSegment(x, y, [ax, ay], [bx, by]) {
  const [dx, dy] = [bx - ax, by - ay];
  const along = Math.min(1, Math.max(0, ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy)));
  return length(x - ax - along * dx, y - ay - along * dy);
}

function distanceToArc(x, y) {
  const angle = ([px, py]) => Math.atan2(py - centre[1], px - centre[0]);
  const turn = (value) => (value + 4 * Math.PI) % (2 * Math.PI);
  const within = turn(angle([x, y]) - angle(ARC.from)) <= turn(angle(ARC.to) - angle(ARC.from));
  if (within) return Math.abs(length(x - centre[0], y - centre[1]) - ARC.radius);
  return Math.min(...[ARC.from, ARC.to].map(([ex, ey]) => length(x - ex, y - ey)));
}

function distanceToGround(x, y) {
  const inner = SIDE / 2 - CORNER;
  const [dx, dy] = [Math.abs(x - SIDE / 2) - inner, Math.abs(y - SIDE / 2) - inner];
  return length(Math.max(dx, 0), Math.max(dy, 0)) + Math.min(Math.max(dx, dy), 0) - CORNER;
}

/** The colour and cover (0 to 1) at a point of the mark; `pixel` is a pixel's side there. */
function paint(x, y, pixel, maskable) {
  const cover = (distance) => Math.min(1, Math.max(0, 0.5 - distance / pixel));
  const layers = [
    [RING.colour, cover(distanceToArc(x, y) - RING.width / 2)],
    [HANDS.colour, cover(Math.min(distanceToSegment(x, y, TICK[0], TICK[1]), distanceToSegment(x, y, TICK[1], TICK[2])) - HANDS.width / 2)],
  ];
  const colour = layers.reduce((under, [over, share]) => under.map((value, index) => value * (1 - share) + over[index] * share), GROUND);
  return [...colour.map(Math.round), Math.round(255 * (maskable ? 1 : cover(distanceToGround(x, y))))];
}

/** The bytes of a PNG, `size` pixels wide and high. */
export function icon(size, { maskable = false } = {}) {
  const scale = SIDE / size / (maskable ? SAFE : 1);
  const shift = (SIDE - size * scale) / 2;
  const rows = Buffer.alloc(size * (1 + 4 * size)); // each row begins with 0: no filter
  for (let y = 0; y < size; y += 1) {
    for (let x = 0; x < size; x += 1) {
      const colour = paint((x + 0.5) * scale + shift, (y + 0.5) * scale + shift, scale, maskable);
      rows.set(colour, y * (1 + 4 * size) + 1 + 4 * x);
    }
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(size, 0);
  header.writeUInt32BE(size, 4);
  header.set([8, 6, 0, 0, 0], 8); // 8 bits each of red, green, blue and cover
  const start = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([start, chunk("IHDR", header), chunk("IDAT", deflateSync(rows, { level: 9 })), chunk("IEND", Buffer.alloc(0))]);
}

/** The check of a PNG's chunk (CRC-32 of ISO 3309). Node's own came after version 20. */
function crc32(bytes) {
  let check = 0xffffffff;
  for (const byte of bytes) {
    check ^= byte;
    for (let bit = 0; bit < 8; bit += 1) check = (check >>> 1) ^ (check & 1 ? 0xedb88320 : 0);
  }
  return (check ^ 0xffffffff) >>> 0;
}

function chunk(name, content) {
  const body = Buffer.concat([Buffer.from(name, "ascii"), content]);
  const [size, check] = [Buffer.alloc(4), Buffer.alloc(4)];
  size.writeUInt32BE(content.length);
  check.writeUInt32BE(crc32(body));
  return Buffer.concat([size, body, check]);
}
