// A drawing pad: strokes by mouse, finger, pen or keyboard, as dark ink on a transparent canvas.

/** The canvas has its own fixed resolution, so that a drawing gives the same pixels on every screen. */
export const RESOLUTION = 448;
export const PEN_WIDTH = 26;
const KEY_STEP = 14;

/** Keeps strokes as lists of {x, y, width} and calls `changed(isStrokeDone)` at most once a frame. */
export class Pad {
  #canvas;
  #context;
  #cursor;
  #changed;
  #strokes = [];
  #cleared = [];
  #pointer = null;
  #frame = 0;
  #strokeDone = false;
  #keys = { x: RESOLUTION / 2, y: RESOLUTION / 4, isDown: false };

  constructor(canvas, cursor, changed) {
    this.#canvas = canvas;
    this.#cursor = cursor;
    this.#changed = changed;
    canvas.width = RESOLUTION;
    canvas.height = RESOLUTION;
    this.#context = canvas.getContext('2d', { willReadFrequently: true });
    canvas.addEventListener('pointerdown', (event) => this.#begin(event));
    canvas.addEventListener('pointermove', (event) => this.#extend(event));
    canvas.addEventListener('pointerup', (event) => this.#end(event));
    canvas.addEventListener('pointercancel', (event) => this.#end(event));
    canvas.addEventListener('keydown', (event) => this.#key(event));
    canvas.addEventListener('blur', () => this.#liftKeys());
  }

  get isEmpty() {
    return this.#strokes.length === 0;
  }

  get canUndo() {
    return this.#strokes.length + this.#cleared.length > 0;
  }

  /** RGBA pixels, ink dark, paper transparent; nothing is drawn outside of the box `drawn`. */
  pixels() {
    const { data: rgba } = this.#context.getImageData(0, 0, RESOLUTION, RESOLUTION);
    return { rgba, width: RESOLUTION, height: RESOLUTION, drawn: boxAround(this.#strokes.flat()) };
  }

  /** Takes back the last stroke, or a clearing of the pad. */
  undo() {
    this.#pointer = null; // a stroke that is taken back while it is drawn is not gone on with
    if (this.isEmpty) [this.#strokes, this.#cleared] = [this.#cleared, []];
    else this.#strokes.pop();
    this.#liftKeys();
    this.#soon(true);
  }

  clear() {
    this.#pointer = null;
    if (!this.isEmpty) [this.#cleared, this.#strokes] = [this.#strokes, []];
    this.#liftKeys();
    this.#soon(true);
  }

  #begin(event) {
    if (this.#pointer !== null || event.button !== 0) return;
    event.preventDefault();
    this.#liftKeys();
    this.#pointer = event.pointerId;
    this.#canvas.setPointerCapture(event.pointerId);
    this.#beginStroke(this.#point(event));
    this.#soon(false);
  }

  #beginStroke(point) {
    this.#cleared = [];
    this.#strokes.push([point]);
  }

  #extend(event) {
    if (event.pointerId !== this.#pointer) return;
    const stroke = this.#strokes.at(-1);
    const events = event.getCoalescedEvents?.() ?? [];
    for (const each of events.length ? events : [event]) stroke.push(this.#point(each));
    this.#soon(false);
  }

  #end(event) {
    if (event.pointerId !== this.#pointer) return;
    this.#pointer = null;
    this.#soon(true);
  }

  #point(event) {
    const box = this.#canvas.getBoundingClientRect();
    const scale = RESOLUTION / box.width;
    // Only pens measure pressure; a mouse always says one half.
    const pressed = event.pointerType === 'pen' && event.pressure > 0 ? 0.6 + 0.8 * event.pressure : 1;
    return { x: (event.clientX - box.left) * scale, y: (event.clientY - box.top) * scale, width: PEN_WIDTH * pressed };
  }

  #key(event) {
    const moves = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    const keys = this.#keys;
    if (event.key in moves) {
      const [right, down] = moves[event.key];
      const inside = (value) => Math.min(Math.max(value, PEN_WIDTH / 2), RESOLUTION - PEN_WIDTH / 2);
      keys.x = inside(keys.x + right * KEY_STEP);
      keys.y = inside(keys.y + down * KEY_STEP);
      if (keys.isDown) {
        this.#strokes.at(-1).push({ x: keys.x, y: keys.y, width: PEN_WIDTH });
        this.#soon(false);
      }
    } else if (event.key === ' ' && !event.repeat) {
      keys.isDown = !keys.isDown;
      if (keys.isDown) this.#beginStroke({ x: keys.x, y: keys.y, width: PEN_WIDTH });
      this.#soon(!keys.isDown);
    } else return;
    event.preventDefault();
    this.#showCursor(true);
  }

  #liftKeys() {
    this.#keys.isDown = false;
    this.#showCursor(false);
  }

  #showCursor(isShown) {
    const { x, y, isDown } = this.#keys;
    this.#cursor.hidden = !isShown;
    this.#cursor.classList.toggle('down', isDown);
    this.#cursor.style.left = `${(100 * x) / RESOLUTION}%`;
    this.#cursor.style.top = `${(100 * y) / RESOLUTION}%`;
  }

  #soon(isStrokeDone) {
    this.#strokeDone ||= isStrokeDone;
    if (this.#frame) return;
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0;
      this.#draw();
      const isDone = this.#strokeDone;
      this.#strokeDone = false;
      this.#changed(isDone);
    });
  }

  #draw() {
    const context = this.#context;
    context.clearRect(0, 0, RESOLUTION, RESOLUTION);
    context.lineCap = 'round';
    context.lineJoin = 'round';
    context.strokeStyle = '#101216';
    for (const stroke of this.#strokes) drawStroke(context, stroke);
  }
}

/** What strokes through these points can reach; their edges are soft. */
function boxAround(points) {
  const box = { top: RESOLUTION, left: RESOLUTION, bottom: 0, right: 0 };
  const inside = (value) => Math.min(Math.max(value, 0), RESOLUTION);
  for (const { x, y, width } of points) {
    const reach = width / 2 + 2;
    box.top = Math.min(box.top, inside(Math.floor(y - reach)));
    box.left = Math.min(box.left, inside(Math.floor(x - reach)));
    box.bottom = Math.max(box.bottom, inside(Math.ceil(y + reach)));
    box.right = Math.max(box.right, inside(Math.ceil(x + reach)));
  }
  return box;
}

/** Curves through the middles between neighbouring points, each piece as wide as the pen was pressed. */
function drawStroke(context, points) {
  const middle = (a, b) => [(a.x + b.x) / 2, (a.y + b.y) / 2];
  const [first] = points;
  const last = points.at(-1);
  let from = [first.x, first.y];
  for (let n = 0; n < points.length; n++) {
    const point = points[n];
    const to = n + 1 < points.length ? middle(point, points[n + 1]) : [last.x, last.y];
    context.lineWidth = point.width;
    context.beginPath();
    context.moveTo(...from);
    context.quadraticCurveTo(point.x, point.y, ...to);
    context.stroke();
    from = to;
  }
}
