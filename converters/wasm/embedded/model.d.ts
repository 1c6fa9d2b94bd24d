/** What the model tells apart, in the order of its answers. */
export declare const labels: readonly string[];
/** How many bytes a picture has. */
export declare const pixels: number;

/** A stored number q stands for (q - zeroPoint) * scale. */
export interface Scaling {
  readonly scale: number;
  readonly zeroPoint: number;
}

export interface Model {
  /** Of the bytes of a picture. */
  readonly input: Scaling;
  /** Of what `answerStored` gives. */
  readonly output: Scaling;
  /** Probabilities in the order of `labels`, for a picture of `pixels` bytes. */
  answer(picture: Uint8Array): Float32Array;
  /** The same as the model stores it, before it is scaled. */
  answerStored(picture: Uint8Array): Uint8Array;
}

/**
 * Opens the model. `wasm` says where model.wasm is (usually beside model.js), or is its Response or its bytes.
 * It rejects where that cannot be read, or belongs to another model than model.js does.
 */
export declare function load(
  wasm?: URL | string | Response | Promise<Response> | BufferSource,
): Promise<Model>;
