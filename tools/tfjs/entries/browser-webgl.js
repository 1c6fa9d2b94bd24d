// The WebGL backend.
import { env, registerBackend } from '@tensorflow/tfjs-core';
import { MathBackendWebGL } from '@tensorflow/tfjs-backend-webgl/dist/backend_webgl';
import 'kernels:webgl';

/** Makes the backend known; the answer is the name under which it is. Throws where it does not start. */
export async function register() {
  // Slow without a graphics card, and right all the same: whoever asks for WebGL shall have it.
  env().set('SOFTWARE_WEBGL_ENABLED', true);
  const backend = new MathBackendWebGL();
  registerBackend('webgl', () => backend, 2);
  return 'webgl';
}
