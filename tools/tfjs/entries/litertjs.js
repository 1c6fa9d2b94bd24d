export { loadAndCompile, loadLiteRt, supportsFeature, Tensor } from '@litertjs/core';
/** Of the package, and bytes of its gzipped binary; litertjs.mjs puts both in. */
export const version = VERSION;
export const binaryBytes = BINARY_BYTES;
