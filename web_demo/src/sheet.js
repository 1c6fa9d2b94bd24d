// What is to be read: the drawing, or a picture that was chosen, dropped, pasted or taken.
import { takeStill } from './camera.js';
import { PEN_WIDTH, Pad } from './pad.js';
import { drawFile } from './photo.js';
import { strings } from './strings.js';

const element = (id) => document.getElementById(id);

export class Sheet {
  #pad;
  #picture = null;
  #isDrawn = true;
  #changed;

  /**
   * Calls `changed(isDone)` for every change; `isDone` at the end of strokes and for whole pictures. The promise that it
   * returns is kept when the change is answered.
   */
  constructor(changed) {
    this.#changed = changed;
    this.#pad = new Pad(element('pad'), element('cursor'), (isStrokeDone) => this.#update(isStrokeDone));
    element('undo').addEventListener('click', () => this.#undo());
    element('clear').addEventListener('click', () => this.#clear());
    document.addEventListener('keydown', (event) => this.#key(event));
    this.#takeFiles();
    this.#takeDrops();
    this.#takePastes();
    this.#takeStills();
  }

  /** Whether there is a pad to draw on; where there is none, a camera's frames are shown as they come. */
  set isDrawn(isDrawn) {
    if (!isDrawn) this.#pad.clear();
    this.#isDrawn = isDrawn;
    element('undo').hidden = !isDrawn;
    this.#showPad();
  }

  get isEmpty() {
    return this.#picture === null && this.#pad.isEmpty;
  }

  /**
   * Pixels {rgba, width, height}; the box that holds all of a drawing; whether even a single digit gets a box (in a
   * picture it does); and the height of the lowest digit that is one of several.
   */
  pixels() {
    if (this.#picture) return { ...this.#picture, isBoxed: true, lowest: 0 };
    // The pen cannot write smaller ones: dots and dashes are strokes of a single digit.
    const lowest = 2 * PEN_WIDTH;
    return { ...this.#pad.pixels(), isBoxed: false, lowest };
  }

  /** Undo gives back the drawing that a picture took the place of. */
  #undo() {
    if (!this.#isDrawn) return;
    if (this.#picture) this.#put(null);
    else this.#pad.undo();
  }

  #clear() {
    if (this.#picture) this.#put(null, false);
    this.#pad.clear();
  }

  #put(picture, isDone = true) {
    this.#picture = picture;
    element('photo').hidden = picture === null;
    this.#showPad();
    this.#update(isDone);
  }

  #showPad() {
    element('pad').hidden = this.#picture !== null || !this.#isDrawn;
  }

  #update(isDone) {
    element('undo').disabled = !(this.#picture || this.#pad.canUndo);
    element('clear').disabled = this.isEmpty;
    element('pad-box').classList.toggle('empty', this.isEmpty);
    note('');
    this.#changed(isDone);
  }

  #key(event) {
    if (document.querySelector('dialog[open]') || !element('camera-view').hidden) return;
    if (event.key.toLowerCase() === 'z' && (event.ctrlKey || event.metaKey) && !event.shiftKey) this.#undo();
    else if (event.key === 'Escape' && event.target.localName !== 'select') this.#clear();
    else return;
    event.preventDefault();
  }

  /** Shows a picture file; one that is none is told, and changes nothing. */
  async #show(file) {
    await this.#trying(async () => {
      note(strings.opening);
      this.#put(await drawFile(element('photo'), file, !this.#isDrawn));
    });
  }

  async #trying(work) {
    try {
      await work();
    } catch (error) {
      note(error.message);
    }
  }

  #takeFiles() {
    const input = element('file');
    element('choose').addEventListener('click', () => input.click());
    input.addEventListener('change', () => {
      const [file] = input.files;
      if (file) this.#show(file);
      input.value = ''; // so that the same file can be chosen again
    });
  }

  #takeDrops() {
    const isFile = (event) => event.dataTransfer?.types.includes('Files');
    const mark = (isOver) => element('pad-box').classList.toggle('dropping', isOver);
    document.addEventListener('dragover', (event) => {
      if (!isFile(event)) return;
      event.preventDefault();
      mark(true);
    });
    document.addEventListener('dragleave', (event) => event.relatedTarget === null && mark(false));
    document.addEventListener('drop', (event) => {
      mark(false);
      if (!isFile(event)) return;
      event.preventDefault(); // else the browser would leave the page for the file
      const [file] = event.dataTransfer.files;
      if (file) this.#show(file);
    });
  }

  #takePastes() {
    document.addEventListener('paste', (event) => {
      const [file] = event.clipboardData?.files ?? [];
      if (file) this.#show(file);
      else note(strings.nothingToPaste);
    });
    const button = element('paste');
    button.hidden = !navigator.clipboard?.read;
    button.addEventListener('click', () =>
      this.#trying(async () => {
        const items = await navigator.clipboard.read().catch((error) => {
          throw new Error(strings.noClipboard(error.message));
        });
        for (const item of items) {
          const type = item.types.find((each) => each.startsWith('image/'));
          if (type) return this.#show(await item.getType(type));
        }
        throw new Error(strings.nothingToPaste);
      }),
    );
  }

  #takeStills() {
    const devices = navigator.mediaDevices;
    if (!devices?.getUserMedia) return;
    const button = element('camera');
    const look = async () => {
      const all = await devices.enumerateDevices().catch(() => []);
      button.hidden = !all.some(({ kind }) => kind === 'videoinput');
    };
    look();
    devices.addEventListener('devicechange', look);
    button.addEventListener('click', () => this.#trying(() => this.#takeStill(button)));
  }

  async #takeStill(button) {
    const [video, canvas] = [element('camera-view'), element('photo')];
    const swap = (isOn) => {
      video.hidden = element('camera-buttons').hidden = !isOn;
      element('tools').hidden = isOn;
      element('pad-box').classList.toggle('live', isOn);
    };
    button.disabled = true;
    const before = this.#picture;
    const watch = (frame) => {
      this.#picture = frame;
      return this.#changed(false);
    };
    try {
      swap(true);
      const buttons = { take: element('take'), cancel: element('leave') };
      const still = await takeStill({ video, canvas, ...buttons, watch: this.#isDrawn ? null : watch });
      if (still) this.#put(still);
      else if (!this.#isDrawn) this.#put(before, before !== null);
    } finally {
      button.disabled = false;
      swap(false);
      button.focus();
    }
  }
}

function note(text) {
  element('note').textContent = text;
}
