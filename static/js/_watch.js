/** Watches the camera of a page and calls `seen(text)` once for each showing of a code. */
import { NoCamera, readFrames, startCamera } from "./_camera.js";

/** The same text in view is one showing, however long it stays; after this long out of view it is another. */
const SAME_TEXT = 4000;
/** A phone left in view draws a new code by and by. It is another showing only once no code was seen for this long. */
const OUT_OF_VIEW = 1200;

/**
 * `tell(reason)` when there is no camera or it can't read: "no-camera", "no-https", "refused" or "unreadable-picture".
 * `isFree()`: whether a code may be taken now. `say(name)` puts words in the picture.
 * `hold()` names what has to be done before any code is looked at, `asked()` the question that is open and the code it is about.
 */
export async function watch(box, { seen, isFree, say, tell, hold = () => "", asked = () => null }) {
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
  let reminded = false;
  return readFrames(
    video,
    (text) => {
      const now = performance.now();
      const away = now - lastSeen;
      if (!text) {
        if (away > OUT_OF_VIEW && isFree()) say(asked() === null ? "ready" : "question");
        return;
      }
      const first = hold();
      if (first) return say(first);
      lastSeen = now;
      if (!isFree()) return;
      const isNew = away > (text === lastText ? SAME_TEXT : OUT_OF_VIEW);
      lastText = text;
      if (isNew && text !== asked()) {
        reminded = false;
        flash(box);
        return seen(text);
      }
      if (!reminded) say(asked() === null ? "take-away" : "question");
      reminded = true;
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
