// The camera's live view in place of the pad, until a still is taken or not wanted any more.
import { drawStill } from './photo.js';
import { strings } from './strings.js';

/**
 * Shows the camera in `video` until `take` or `cancel` is pressed, Escape too, or the page is left.
 *
 * Returns the still's pixels, drawn on `canvas`, or null; the camera is off again then.
 */
export async function takeStill({ video, take, cancel, canvas }) {
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
