// A picture file, or a camera's still, as pixels on a canvas of a sane size.
import { strings } from './strings.js';

/** Handwriting is as readable in so many pixels; a phone's photo has four times as many. */
const LONGEST = 2048;
/** Such a photo is framed in its own pixels: canvases of more are not to be had everywhere. */
const LONGEST_WHOLE = 4096;
/** A camera's frame is to be read before the next one comes. */
const LONGEST_FRAME = 640;

/** Draws a picture file upright on `canvas`, in its own size where `isWhole`; its pixels {rgba, width, height}. */
export async function drawFile(canvas, file, isWhole) {
  let bitmap;
  try {
    bitmap = await createImageBitmap(file, { imageOrientation: 'from-image' });
  } catch {
    throw new Error(strings.notPicture(file.name));
  }
  try {
    const { width, height } = bitmap;
    return drawPart(canvas, bitmap, { x: 0, y: 0, width, height }, isWhole ? LONGEST_WHOLE : LONGEST);
  } finally {
    bitmap.close();
  }
}

/** Draws what a square window shows of a video: the square in its middle. */
export function drawStill(canvas, video) {
  return drawMiddle(canvas, video, LONGEST);
}

/** The same in fewer pixels, for a frame of many. */
export function drawFrame(canvas, video) {
  return drawMiddle(canvas, video, LONGEST_FRAME);
}

function drawMiddle(canvas, video, longest) {
  const side = Math.min(video.videoWidth, video.videoHeight);
  const [x, y] = [(video.videoWidth - side) / 2, (video.videoHeight - side) / 2];
  return drawPart(canvas, video, { x, y, width: side, height: side }, longest);
}

function drawPart(canvas, image, part, longest) {
  const scale = Math.min(1, longest / Math.max(part.width, part.height));
  canvas.width = Math.max(1, Math.round(part.width * scale));
  canvas.height = Math.max(1, Math.round(part.height * scale));
  const context = canvas.getContext('2d', { willReadFrequently: true });
  context.imageSmoothingQuality = 'high';
  context.drawImage(image, part.x, part.y, part.width, part.height, 0, 0, canvas.width, canvas.height);
  const { data, width, height } = context.getImageData(0, 0, canvas.width, canvas.height);
  return { rgba: data, width, height };
}
