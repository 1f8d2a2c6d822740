/** Watches the camera of a page and calls `seen(text)` once for each showing of a code. */
import { NoCamera, readFrames, startCamera } from "./_camera.js";

/** The same text in view is one showing, however long it stays; after this long out of view it is another. */
const SAME_TEXT = 4000;
/** A phone left in view draws a new code by and by. It is another showing only once no code was seen for this long. */
const OUT_OF_VIEW = 1200;

/** `tell(reason)` when there is no camera or it can't read; `isFree()` whether a code may be taken now; `say(name)` in the picture. */
export async function watch(box, { seen, isFree, say, tell }) {
  const video = box.querySelector("[data-video]");
  const stop = (reason) => {
    box.hidden = true;
    tell(reason);
  };
  try {
    box.hidden = false;
    await startCamera(video);
  } catch (fault) {
    return stop(fault instanceof NoCamera ? fault.reason : "no-camera");
  }
  let lastText = "";
  let lastSeen = -Infinity;
  return readFrames(
    video,
    (text) => {
      const now = performance.now();
      const away = now - lastSeen;
      if (!text) {
        if (away > OUT_OF_VIEW && isFree()) say("ready");
        return;
      }
      lastSeen = now;
      if (!isFree() || away <= (text === lastText ? SAME_TEXT : OUT_OF_VIEW)) return;
      lastText = text;
      flash(box);
      seen(text);
    },
    () => stop("unreadable-picture"),
  );
}

/** A sign that something was seen, before any answer. */
function flash(box) {
  box.classList.remove("tc-camera--seen");
  void box.offsetWidth; // lets the movement begin anew
  box.classList.add("tc-camera--seen");
}
