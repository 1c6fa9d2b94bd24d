// The plain JavaScript backend: slower, and asks nothing of the browser.
import { registerBackend } from '@tensorflow/tfjs-core';
import { MathBackendCPU } from '@tensorflow/tfjs-backend-cpu/dist/backend_cpu';
import 'kernels:cpu';

/** Makes the backend known; the answer is the name under which it is. */
export async function register() {
  const backend = new MathBackendCPU();
  registerBackend('cpu', () => backend, 1);
  return 'cpu';
}
