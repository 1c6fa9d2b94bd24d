export interface Answer {
  label: string;
  probability: number;
}

export interface Reading {
  /** All labels, the likeliest first; none for a blank photo, where ink is looked for. */
  answers: Answer[];
  /** Whether the photo shows none of the classes, or nothing at all. */
  rejected: boolean;
  /** Whether the likeliest label is a guess. */
  unsure: boolean;
}

/** What the model tells apart, in the order of its answers. */
export declare const labels: readonly string[];

export declare class Classifier {
  private constructor(model: unknown);
  /** Opens the model; `wasm` says where model.wasm is, or is its Response or its bytes. */
  static open(wasm?: URL | string | Response | Promise<Response> | BufferSource): Promise<Classifier>;
  /** What the model says of RGBA pixels. */
  classify(rgba: Uint8Array | Uint8ClampedArray, width: number, height: number): Reading;
  /** Whether such probabilities are an answer to what is none of the classes. */
  rejects(probabilities: ArrayLike<number>): boolean;
  /** Whether such probabilities are an unsure answer, whose likeliest class is a guess. */
  doubts(probabilities: ArrayLike<number>): boolean;
  /** The picture that the model takes, rows of grey levels or of red, green and blue; null for a blank photo. */
  prepare(rgba: Uint8Array | Uint8ClampedArray, width: number, height: number): Uint8Array | null;
  /** Probabilities, in the order of the labels, of a prepared picture. */
  answer(prepared: Uint8Array): Float32Array;
}
