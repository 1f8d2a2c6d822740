/** The camera and what it reads: the browser's own reader where there is one, else one in JavaScript. */
import decodeQR from "qr/decode.js";

const LONGEST_SIDE = 640;
const BETWEEN_FRAMES = 90;
/** A reader that fails on three frames in a row in different ways isn't going to read. */
const MOST_FAULTS = 3;

/** Why there is no camera: "no-https", "refused" or "no-camera". */
export class NoCamera extends Error {
  constructor(reason) {
    super(reason);
    this.reason = reason;
  }
}

/** Starts the rear camera in `video`. Throws NoCamera. */
export async function startCamera(video) {
  if (!window.isSecureContext) throw new NoCamera("no-https");
  if (!navigator.mediaDevices?.getUserMedia) throw new NoCamera("no-camera");
  try {
    video.srcObject = await navigator.mediaDevices.getUserMedia({
      audio: false,
      video: { facingMode: { ideal: "environment" }, width: { ideal: 1280 }, height: { ideal: 720 } },
    });
    await video.play();
  } catch (fault) {
    throw new NoCamera(fault.name === "NotAllowedError" ? "refused" : "no-camera");
  }
}

/** Reads the picture again and again; calls `seen(text or null)` for each frame, and `failed()` once when reading can't work. */
export async function readFrames(video, seen, failed) {
  const read = (await nativeReader()) ?? scriptReader();
  const faults = new Set();
  const next = () => setTimeout(() => requestAnimationFrame(frame), BETWEEN_FRAMES);
  const frame = async () => {
    if (document.visibilityState === "visible" && video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA) {
      try {
        const text = await read(video);
        faults.clear();
        seen(text);
      } catch (fault) {
        faults.add(String(fault));
        seen(null);
        if (faults.size >= MOST_FAULTS) return failed();
      }
    }
    next();
  };
  next();
}

async function nativeReader() {
  if (!("BarcodeDetector" in window)) return null;
  try {
    if (!(await window.BarcodeDetector.getSupportedFormats()).includes("qr_code")) return null;
    const detector = new window.BarcodeDetector({ formats: ["qr_code"] });
    return async (video) => (await detector.detect(video))[0]?.rawValue ?? null;
  } catch {
    return null;
  }
}

function scriptReader() {
  const canvas = document.createElement("canvas");
  const ink = canvas.getContext("2d", { willReadFrequently: true });
  return (video) => {
    const scale = Math.min(1, LONGEST_SIDE / Math.max(video.videoWidth, video.videoHeight));
    canvas.width = Math.round(video.videoWidth * scale);
    canvas.height = Math.round(video.videoHeight * scale);
    ink.drawImage(video, 0, 0, canvas.width, canvas.height);
    const { width, height, data } = ink.getImageData(0, 0, canvas.width, canvas.height);
    try {
      return decodeQR({ width, height, data });
    } catch {
      return null; // no code in this picture: the reader's way of saying so
    }
  };
}
