export { loadAndCompile, loadLiteRt, supportsFeature, Tensor } from '@litertjs/core';
