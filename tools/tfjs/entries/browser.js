// What the page needs of TensorFlow.js apart from a backend.
import '@tensorflow/tfjs-core/dist/base_side_effects';

export { backend, env, getBackend, memory, removeBackend, setBackend, tensor, tidy, version_core } from '@tensorflow/tfjs-core';
export { loadGraphModel } from '@tensorflow/tfjs-converter';
