// The page's WebAssembly binary: the published one without the kernels that the page leaves out.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import binaryen from 'binaryen';
import { KERNELS } from './operations.mjs';

/** Exported functions that are kernels; the others (init, malloc, register_tensor, …) all stay. */
const isKernel = (name) => /^_?[A-Z]/.test(name);

/** Drops the exports that no listed kernel's source names, and the code that only they reach. */
export async function withListedKernels(binary, packages) {
  const named = await wordsOfKernels(path.join(packages, '@tensorflow/tfjs-backend-wasm/dist/kernels'));
  const module = binaryen.readBinary(binary);
  module.setFeatures(binaryen.Features.All);
  const exported = Array.from(
    { length: module.getNumExports() },
    (_, n) => binaryen.getExportInfo(module.getExportByIndex(n)).name,
  );
  for (const name of exported) if (isKernel(name) && !named.has(name)) module.removeExport(name);
  module.runPasses(['remove-unused-module-elements']);
  if (!module.validate()) throw new Error('the WebAssembly binary is not valid without the unlisted kernels');
  return module.emitBinary();
}

/** Every word in the sources of the listed kernels: the names that they look exports up by are among them. */
async function wordsOfKernels(folder) {
  const sources = await Promise.all(
    KERNELS.map((kernel) =>
      readFile(path.join(folder, `${kernel}.js`), 'utf8').catch((error) => {
        if (error.code !== 'ENOENT') throw error; // this backend goes without
        return '';
      }),
    ),
  );
  return new Set(sources.flatMap((source) => source.match(/\w+/g) ?? []));
}
