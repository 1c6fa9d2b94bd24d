// What the Node runner needs of TensorFlow.js, with every kernel of both backends registered.
import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-backend-wasm';

export { env, getBackend, io, memory, setBackend, tensor, tidy, version_core } from '@tensorflow/tfjs-core';
export { loadGraphModel } from '@tensorflow/tfjs-converter';
export { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
