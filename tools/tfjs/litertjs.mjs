// Rebuilds the LiteRT.js files that edgedigits carries, from the package pinned in package-lock.json.
// The same package always gives the same bytes; DIGESTS lists them.
import { readFile, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import zopfli from '@gfx/zopfli';
import esbuild from 'esbuild';
import { finish, fresh, here, packages, project } from './vendored.mjs';

const PLACE = ['edgedigits', 'runtimes', 'litertjs', 'vendor'];
// The one variant whose WebGPU takes every kind of file, and that computes on WebAssembly as well.
const GLUE = 'litert_wasm_jspi_internal.js';
const WASM = 'litert_wasm_jspi_internal.wasm';
const COMPRESSED = `${WASM}.gz`;
const core = path.join(packages, '@litertjs/core');
const { version } = JSON.parse(await readFile(path.join(core, 'package.json'), 'utf8'));
const BANNER = `/* LiteRT.js ${version}, Copyright Google LLC, Apache-2.0; see LICENSE beside this file. */`;

/** The binary, gzipped: that takes half a minute, so what was made of the same binary before is taken again. */
async function compressed() {
  const binary = await readFile(path.join(core, 'wasm', WASM));
  const before = await readFile(path.join(project, ...PLACE, COMPRESSED)).catch(() => null);
  if (before !== null && gunzipSync(before).equals(binary)) return before;
  return zopfli.gzipAsync(binary, { numiterations: 1 });
}

function readme(bytes) {
  const sizes = Object.entries(bytes).map(([name, size]) => `| \`${name}\` | ${(size / 1000).toFixed(1)} |`);
  return `# LiteRT.js ${version}

What the runtime \`litertjs-browser\` runs in Chromium, and a demo page that has \`.tflite\` files; sizes in kB:

| file | size |
|---|---:|
${sizes.join('\n')}

\`litertjs.js\` is the package's own module with \`loadLiteRt\`, \`loadAndCompile\`, \`supportsFeature\` and \`Tensor\`, with its
\`version\` and the binary's \`binaryBytes\`, in one file. \`${GLUE}\` and the WebAssembly binary,
which is as it was published but gzipped, are the variant for browsers with JavaScript promise integration (JSPI) and
relaxed SIMD. It computes on WebAssembly, on one thread, and on WebGPU; the others (no JSPI, no relaxed SIMD, threads)
are left out. Whoever loads it inflates the binary and hands it over as \`globalThis.Module = { wasmBinary }\`, before
\`loadLiteRt(folder, { jspi: true })\`: web_demo/src/litert.js.

Rebuild with \`make vendor\` (Node 18 or newer; \`npm ci\`, then \`node litertjs.mjs\` in \`tools/tfjs\`): the same bytes
come out, and \`DIGESTS\` lists them (\`sha256sum -c DIGESTS\`). Licences: \`LICENSE\`.
`;
}

const gzipped = await compressed();
const folder = await fresh(...PLACE);
await writeFile(path.join(folder, COMPRESSED), gzipped);
await esbuild.build({
  absWorkingDir: here,
  entryPoints: ['entries/litertjs.js'],
  outdir: folder,
  bundle: true,
  minify: true,
  charset: 'ascii',
  legalComments: 'none',
  banner: { js: BANNER },
  define: { VERSION: JSON.stringify(version), BINARY_BYTES: String(gzipped.length) },
  logLevel: 'warning',
  platform: 'browser',
  format: 'esm',
  target: 'es2022',
});
// A script of its own, whose one global name is looked up by the module.
const glue = await esbuild.transform(await readFile(path.join(core, 'wasm', GLUE), 'utf8'), {
  minify: true,
  charset: 'ascii',
  legalComments: 'none',
  banner: BANNER,
  target: 'es2022',
});
await writeFile(path.join(folder, GLUE), glue.code);

const bytes = {};
for (const name of (await readdir(folder)).sort()) bytes[name] = (await readFile(path.join(folder, name))).length;
await finish(folder, 'NOTICES-litertjs.txt', readme(bytes));
