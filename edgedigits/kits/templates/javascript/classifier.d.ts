export interface Answer {
  label: string;
  probability: number;
}

/** What the model tells apart, in the order of its answers. */
export declare const labels: readonly string[];

export declare class Classifier {
  private constructor(model: unknown);
  /** Opens the model; `wasm` says where model.wasm is, or is its Response or its bytes. */
  static open(wasm?: URL | string | Response | Promise<Response> | BufferSource): Promise<Classifier>;
  /** All labels with probabilities, the likeliest first, of RGBA pixels; none for a blank photo, where ink is looked for. */
  classify(rgba: Uint8Array | Uint8ClampedArray, width: number, height: number): Answer[];
  /** The picture that the model takes, rows of grey levels or of red, green and blue; null for a blank photo. */
  prepare(rgba: Uint8Array | Uint8ClampedArray, width: number, height: number): Uint8Array | null;
  /** Probabilities, in the order of the labels, of a prepared picture. */
  answer(prepared: Uint8Array): Float32Array;
}
