// The WebGPU backend.
import '@tensorflow/tfjs-backend-webgpu/dist/flags_webgpu';
import { registerBackend } from '@tensorflow/tfjs-core';
import { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu/dist/backend_webgpu';
import 'kernels:webgpu';

/** The limits that kernels may use up to what the adapter allows; without asking, a device has the smallest. */
const LIMITS = [
  'maxBufferSize',
  'maxComputeInvocationsPerWorkgroup',
  'maxComputeWorkgroupSizeX',
  'maxComputeWorkgroupStorageSize',
  'maxComputeWorkgroupsPerDimension',
  'maxStorageBufferBindingSize',
];

/**
 * Makes the backend known; the answer is the name under which it is.
 *
 * It is started here, where TensorFlow.js would only say that it could not: a browser that has WebGPU but no adapter
 * for it is an error that says so.
 */
export async function register() {
  const adapter = await navigator.gpu?.requestAdapter({ powerPreference: 'high-performance' });
  if (!adapter) throw new Error('this browser has no WebGPU adapter');
  const device = await adapter.requestDevice({
    requiredLimits: Object.fromEntries(LIMITS.map((name) => [name, adapter.limits[name]])),
  });
  const backend = new WebGPUBackend(device, adapter.info);
  registerBackend('webgpu', () => backend, 3);
  return 'webgpu';
}
