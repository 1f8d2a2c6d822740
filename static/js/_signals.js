/** Answers that can be heard and felt: each kind has its own tune and its own rhythm. */
const TUNES = {
  good: { notes: [660, 880], gap: 0.11, wave: "sine", rhythm: [90] },
  again: { notes: [520, 520], gap: 0.16, wave: "triangle", rhythm: [60, 60, 60] },
  bad: { notes: [220, 180], gap: 0.2, wave: "square", rhythm: [220, 90, 220] },
  wait: { notes: [440], gap: 0.1, wave: "sine", rhythm: [30] },
  ask: { notes: [550, 740, 550], gap: 0.09, wave: "sine", rhythm: [40, 40, 40] },
  notNow: { notes: [330, 300], gap: 0.16, wave: "triangle", rhythm: [140, 70, 60] },
};
const KINDS = {
  done: "good",
  saved: "good",
  again: "again",
  offline: "wait",
  ask: "ask",
  wrong_check: "notNow",
  locked: "notNow",
  not_now: "notNow",
};
const LOUDNESS = 0.12;

let context = null;

/** A browser lets a page be heard only after it was touched once. */
export function wakeSound() {
  try {
    context ??= new AudioContext();
    if (context.state === "suspended") context.resume().catch(() => {});
  } catch {
    context = null;
  }
}

/** Lets the answer of this kind (a result panel's) be heard and felt, where the device can. */
export function signal(kind) {
  const tune = TUNES[KINDS[kind] ?? "bad"];
  navigator.vibrate?.(tune.rhythm);
  if (context?.state !== "running") return;
  tune.notes.forEach((pitch, index) => {
    const start = context.currentTime + index * tune.gap;
    const volume = context.createGain();
    volume.gain.setValueAtTime(LOUDNESS, start);
    volume.gain.exponentialRampToValueAtTime(0.001, start + tune.gap);
    const note = context.createOscillator();
    note.type = tune.wave;
    note.frequency.value = pitch;
    note.connect(volume).connect(context.destination);
    note.start(start);
    note.stop(start + tune.gap);
  });
}
