// The camera's live view in place of the pad, until a still is taken or not wanted any more.
import { drawFrame, drawStill } from './photo.js';
import { strings } from './strings.js';

/**
 * Shows the camera in `video` until `take` or `cancel` is pressed, Escape too, or the page is left.
 *
 * Meanwhile `watch(frame)`, where it is given, is called with the pixels of a frame, and with those of the newest one
 * when its promise is kept. Returns the still's pixels, drawn on `canvas`, or null; the camera is off again then.
 */
export async function takeStill({ video, take, cancel, canvas, watch }) {
  let stream;
  try {
    stream = await navigator.mediaDevices.getUserMedia({
      video: { facingMode: 'environment', width: { ideal: 1280 }, height: { ideal: 1280 } },
    });
  } catch (error) {
    throw new Error(strings.noCamera(error.message));
  }
  const over = new AbortController();
  try {
    video.srcObject = stream;
    await video.play();
    take.focus();
    if (watch) watchFrames(video, watch, over.signal);
    const isWanted = await new Promise((resolve) => {
      const { signal } = over;
      take.addEventListener('click', () => resolve(true), { signal });
      cancel.addEventListener('click', () => resolve(false), { signal });
      document.addEventListener('keydown', (event) => event.key === 'Escape' && resolve(false), { signal });
      document.addEventListener('visibilitychange', () => document.hidden && resolve(false), { signal });
      stream.getVideoTracks()[0].addEventListener('ended', () => resolve(false), { signal });
    });
    return isWanted ? drawStill(canvas, video) : null;
  } finally {
    over.abort();
    for (const track of stream.getTracks()) track.stop();
    video.srcObject = null;
  }
}

/** No frame waits for its turn: those that come while one is being answered are never looked at. */
async function watchFrames(video, watch, signal) {
  const canvas = document.createElement('canvas');
  for (;;) {
    await new Promise((shown) => {
      if (video.requestVideoFrameCallback) video.requestVideoFrameCallback(shown);
      else requestAnimationFrame(shown);
    });
    if (signal.aborted) return;
    await watch(drawFrame(canvas, video));
  }
}
