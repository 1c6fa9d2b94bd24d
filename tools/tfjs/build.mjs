// Rebuilds the TensorFlow.js files that edgedigits carries, from the packages pinned in package-lock.json.
// The same packages always give the same bytes; DIGESTS in each folder lists them.
import { createHash } from 'node:crypto';
import { mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import esbuild from 'esbuild';
import {
  baseOfCore,
  listedKernels,
  listedOperations,
  withoutHashes,
  withoutNodeFetch,
  withoutStorage,
  withoutThreads,
} from './plugins.mjs';

const here = path.dirname(fileURLToPath(import.meta.url));
const project = path.resolve(here, '..', '..');
const out = path.resolve(process.argv[2] ?? project);
const packages = path.join(here, 'node_modules');
const VERSION = JSON.parse(
  await readFile(path.join(packages, '@tensorflow/tfjs-core/package.json'), 'utf8'),
).version;
const BANNER = `/* TensorFlow.js ${VERSION}, Copyright Google LLC, Apache-2.0; see LICENSE beside this file. */`;
const WASM = 'tfjs-backend-wasm-simd.wasm';

const shared = {
  absWorkingDir: here,
  bundle: true,
  minify: true,
  charset: 'ascii',
  legalComments: 'none',
  banner: { js: BANNER },
  logLevel: 'warning',
  // core/dist/ops/ops_for_converter and friends live beside the module entry, so both must agree on it.
  mainFields: ['module', 'main'],
  metafile: true,
};

async function buildForNode(folder) {
  await esbuild.build({
    ...shared,
    entryPoints: { 'tfjs-node': 'entries/node.js' },
    outExtension: { '.js': '.cjs' },
    outdir: folder,
    platform: 'node',
    format: 'cjs',
    target: 'node18',
    plugins: [withoutNodeFetch(), withoutThreads()],
  });
}

async function buildForBrowsers(folder) {
  return esbuild.build({
    ...shared,
    // The backends are entries of their own: a page fetches only the one that it uses.
    entryPoints: {
      tfjs: 'entries/browser.js',
      'tfjs-cpu': 'entries/browser-cpu.js',
      'tfjs-wasm': 'entries/browser-wasm.js',
    },
    outdir: folder,
    splitting: true,
    chunkNames: 'tfjs-shared-[hash]',
    platform: 'browser',
    format: 'esm',
    target: 'es2020',
    plugins: [
      withoutThreads(),
      withoutStorage(),
      withoutHashes(),
      baseOfCore(packages),
      listedKernels(packages),
      listedOperations(packages),
    ],
  });
}

const README = {
  node: `# TensorFlow.js ${VERSION} for Node

\`tfjs-node.cjs\` is tfjs-core, tfjs-converter, tfjs-backend-cpu and tfjs-backend-wasm in one CommonJS file, with
every kernel of both backends; \`${WASM}\` is the WebAssembly binary as it is published. Nothing here
is edited by hand, and nothing is fetched when it runs.

Left out: \`node-fetch\` (models come from files) and the multi-threaded WebAssembly glue (TensorFlow.js does not
use threads in Node).

Rebuild with \`make vendor\` (Node 18 or newer; \`npm ci\`, then \`node build.mjs\` in \`tools/tfjs\`): the same bytes come
out, and \`DIGESTS\` lists them (\`sha256sum -c DIGESTS\`). Licences: \`LICENSE\`.
`,
  browser: `# TensorFlow.js ${VERSION} for the demo page

ES modules, made small for digit classifiers and their relatives:

| file | holds |
|---|---|
| \`tfjs.js\` | core and the graph-model executor |
| \`tfjs-wasm.js\` | the WebAssembly backend's kernels; loads \`${WASM}\` |
| \`tfjs-cpu.js\` | the plain JavaScript backend's kernels |
| \`tfjs-shared-*.js\` | what these have in common |
| \`${WASM}\` | the WebAssembly binary as it is published (SIMD, one thread) |

A page loads \`tfjs.js\` and one backend. The operations that a graph may use are listed in \`tools/tfjs/operations.mjs\`;
a graph that uses another is refused with that operation's name. Left out: gradients, training, layers-models, image
and text operations, control flow, and the multi-threaded WebAssembly glue.

Rebuild with \`make vendor\` (Node 18 or newer; \`npm ci\`, then \`node build.mjs\` in \`tools/tfjs\`): the same bytes come
out, and \`DIGESTS\` lists them (\`sha256sum -c DIGESTS\`). Licences: \`LICENSE\`.
`,
};

async function finish(folder, readme) {
  await writeFile(
    path.join(folder, WASM),
    await readFile(path.join(packages, '@tensorflow/tfjs-backend-wasm/dist', WASM)),
  );
  // The TensorFlow.js packages name Apache-2.0 without its text; `long`, which they depend on, carries it.
  const apache = await readFile(path.join(packages, 'long/LICENSE'), 'utf8');
  const notices = await readFile(path.join(here, 'NOTICES.txt'), 'utf8');
  await writeFile(path.join(folder, 'LICENSE'), `${notices.trimEnd()}\n\n${'='.repeat(80)}\n${apache.trimEnd()}\n`);
  await writeFile(path.join(folder, 'README.md'), readme);
  const names = (await readdir(folder)).filter((name) => name !== 'DIGESTS').sort();
  const lines = await Promise.all(
    names.map(async (name) => {
      const digest = createHash('sha256').update(await readFile(path.join(folder, name))).digest('hex');
      return `${digest}  ${name}\n`;
    }),
  );
  await writeFile(path.join(folder, 'DIGESTS'), lines.join(''));
}

async function fresh(...parts) {
  const folder = path.join(out, ...parts);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  return folder;
}

const node = await fresh('edgedigits', 'runtimes', 'vendor');
await buildForNode(node);
await finish(node, README.node);

const page = await fresh('web_demo', 'vendor');
const built = await buildForBrowsers(page);
await finish(page, README.browser);
if (process.env.EXPLAIN) console.log(await esbuild.analyzeMetafile(built.metafile));
