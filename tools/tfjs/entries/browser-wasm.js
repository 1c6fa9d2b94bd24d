// The WebAssembly backend.
import { env, registerBackend } from '@tensorflow/tfjs-core';
import { BackendWasm, init, setWasmPaths } from '@tensorflow/tfjs-backend-wasm/dist/backend_wasm';
import 'kernels:wasm';

/**
 * Makes the backend known; the answer is the name under which it is.
 *
 * `binary` holds the bytes of the WebAssembly file: whoever calls fetches them, so that a failing fetch or a broken
 * file is an error here, where TensorFlow.js would wait for ever.
 */
export async function register(binary) {
  await WebAssembly.compile(binary);
  // Threads need headers that static hosts seldom send, and their glue is not in this build.
  env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
  const { platform } = env();
  const elsewhere = platform.fetch.bind(platform);
  platform.fetch = (address, options) =>
    address === 'given' ? Promise.resolve(new Response(binary)) : elsewhere(address, options);
  setWasmPaths(
    {
      'tfjs-backend-wasm.wasm': 'given',
      'tfjs-backend-wasm-simd.wasm': 'given',
      'tfjs-backend-wasm-threaded-simd.wasm': 'given',
    },
    true,
  );
  const backend = new BackendWasm((await init()).wasm);
  registerBackend('wasm', () => backend, 2);
  return 'wasm';
}
