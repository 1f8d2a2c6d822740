/**
 * Builds what the browser and the letters need into static/dist/: styles, scripts, fonts, images and the till's icons.
 *
 *   node scripts/build_front_end.mjs [--force]
 *
 * Reads static/scss, static/js and static/images, and the packages that package-lock.json names. Every static/scss/<name>.scss and
 * static/js/<name>.js is an entry of its own (a name that starts with "_" is a part of others). Writes each file under a name that
 * carries its hash, a gzipped copy beside it, and manifest.json, which maps plain names to hashed ones. Files for documents keep their
 * plain names in fonts-print/. When nothing has changed since the last build it stops at once.
 */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, extname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { constants, gzipSync } from "node:zlib";
import { icon } from "./draw_icons.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const dist = join(root, "static", "dist");
const modules = join(root, "node_modules");

/** Weights that documents are set in. The name after the arrow is what a reader of fonts-print/ sees. */
const printFonts = {
  "noto-sans": { "400Regular": "NotoSans-Regular", "400Regular_Italic": "NotoSans-Italic", "700Bold": "NotoSans-Bold" },
  "source-serif-4": {
    "400Regular": "SourceSerif4-Regular",
    "400Regular_Italic": "SourceSerif4-Italic",
    "600SemiBold": "SourceSerif4-SemiBold",
    "700Bold": "SourceSerif4-Bold",
  },
  "noto-sans-devanagari": { "400Regular": "NotoSansDevanagari-Regular", "700Bold": "NotoSansDevanagari-Bold" },
  amiri: { "400Regular": "Amiri-Regular", "700Bold": "Amiri-Bold" },
};

/** The screen font as subsets: a browser fetches latin-ext only for a page that has, say, Polish letters on it. */
const screenFontPackage = join(modules, "@fontsource-variable", "atkinson-hyperlegible-next");
const screenFonts = ["latin", "latin-ext"].map((subset) => `atkinson-hyperlegible-next-${subset}-wght-normal.woff2`);

const hashOf = (content) => createHash("sha256").update(content).digest("hex");

function filesBelow(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile())
    .sort();
}

/** One hash over everything that can change the result. The lock file stands for all of node_modules. */
function stampOfInputs() {
  const inputs = [
    fileURLToPath(import.meta.url),
    join(root, "scripts", "draw_icons.mjs"),
    join(root, "package-lock.json"),
    ...["scss", "js", "images"].flatMap((folder) => filesBelow(join(root, "static", folder))),
  ];
  const hash = createHash("sha256");
  for (const path of inputs) hash.update(`${relative(root, path)}\0${hashOf(readFileSync(path))}\n`);
  return hash.digest("hex");
}

function isUpToDate(stamp) {
  const stampFile = join(dist, "stamp.txt");
  if (!existsSync(stampFile) || readFileSync(stampFile, "utf8").trim() !== stamp) return false;
  const manifest = JSON.parse(readFileSync(join(dist, "manifest.json"), "utf8"));
  return Object.values(manifest).every((name) => existsSync(join(dist, name)));
}

/** Collects the files of one build. Nothing old is removed before everything new is in place, so a running server never misses one. */
class Output {
  manifest = {};
  written = new Set();

  write(name, content) {
    const path = join(dist, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
    this.written.add(path);
  }

  /** Adds a file under its hashed name and, where that saves something, a gzipped copy. Returns the hashed name. */
  add(name, content) {
    const extension = extname(name);
    const hashed = `${name.slice(0, -extension.length)}.${hashOf(content).slice(0, 10)}${extension}`;
    this.write(hashed, content);
    if ([".css", ".js", ".svg"].includes(extension)) {
      this.write(`${hashed}.gz`, gzipSync(content, { level: constants.Z_BEST_COMPRESSION }));
    }
    this.manifest[name] = hashed;
    return hashed;
  }

  finish(stamp) {
    const manifestPath = join(dist, "manifest.json");
    const sorted = Object.fromEntries(Object.entries(this.manifest).sort());
    writeFileSync(`${manifestPath}.new`, `${JSON.stringify(sorted, null, 2)}\n`);
    renameSync(`${manifestPath}.new`, manifestPath);
    this.written.add(manifestPath);
    this.write("stamp.txt", `${stamp}\n`);
    for (const path of filesBelow(dist)) if (!this.written.has(path)) rmSync(path, { force: true });
  }
}

function addPrintFonts(output) {
  for (const [family, weights] of Object.entries(printFonts)) {
    const folder = join(modules, "@expo-google-fonts", family);
    for (const [weight, plainName] of Object.entries(weights)) {
      const [file] = readdirSync(join(folder, weight)).filter((name) => name.endsWith(".ttf"));
      output.write(join("fonts-print", `${plainName}.ttf`), readFileSync(join(folder, weight, file)));
    }
    // The Open Font Licence asks that it travels with the font.
    output.write(join("fonts-print", `LICENCE-${family}.txt`), readFileSync(join(folder, "LICENSE_FONT")));
  }
}

function addScreenFonts(output) {
  for (const file of screenFonts) output.add(file, readFileSync(join(screenFontPackage, "files", file)));
  output.write("LICENCE-atkinson-hyperlegible-next.txt", readFileSync(join(screenFontPackage, "LICENSE")));
}

function addImages(output) {
  const folder = join(root, "static", "images");
  for (const path of filesBelow(folder)) output.add(relative(folder, path), readFileSync(path));
}

function addIcons(output) {
  for (const size of [192, 512]) output.add(`till-${size}.png`, icon(size));
  output.add("till-maskable-512.png", icon(512, { maskable: true }));
}

/** url("~name") in our styles means the built file of that name. */
function withHashedAddresses(css, manifest) {
  return css.replaceAll(/url\((["']?)~([^"')]+)\1\)/g, (_whole, _quote, name) => {
    if (!manifest[name]) throw new Error(`The styles name ${name}, which is not among the built files.`);
    return `url("${manifest[name]}")`;
  });
}

async function addStyles(output) {
  const [sass, { default: rtlcss }] = await Promise.all([import("sass"), import("rtlcss")]);
  const folder = join(root, "static", "scss");
  for (const file of readdirSync(folder).filter((name) => name.endsWith(".scss") && !name.startsWith("_"))) {
    const { css } = sass.compile(join(folder, file), { style: "compressed", loadPaths: [modules], quietDeps: true });
    const name = basename(file, ".scss");
    const resolved = withHashedAddresses(css, output.manifest);
    output.add(`${name}.css`, resolved);
    output.add(`${name}.rtl.css`, rtlcss.process(resolved));
  }
}

async function addScripts(output) {
  const { build } = await import("esbuild");
  const folder = join(root, "static", "js");
  const entries = readdirSync(folder).filter((name) => name.endsWith(".js") && !name.startsWith("_"));
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: entries.map((name) => join(folder, name)),
    outdir: dist,
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2020",
    legalComments: "none",
    nodePaths: [modules],
    write: false,
  });
  for (const file of outputFiles) output.add(basename(file.path), file.contents);
}

const stamp = stampOfInputs();
if (!process.argv.includes("--force") && isUpToDate(stamp)) {
  console.log("Front end: nothing has changed.");
} else {
  const output = new Output();
  addPrintFonts(output);
  addScreenFonts(output);
  addImages(output);
  addIcons(output);
  await addStyles(output);
  await addScripts(output);
  output.finish(stamp);
  console.log(`Front end: built ${Object.keys(output.manifest).length} files into static/dist.`);
}
