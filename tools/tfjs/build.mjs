// Rebuilds the TensorFlow.js files that edgedigits carries, from the packages pinned in package-lock.json.
// The same packages always give the same bytes; DIGESTS in each folder lists them.
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import zopfli from '@gfx/zopfli';
import esbuild from 'esbuild';
import { withListedKernels } from './binary.mjs';
import {
  baseOfCore,
  listedKernels,
  listedOperations,
  namespacesWhereTheyLie,
  sharedOneByOne,
  weightsOnly,
  withoutHashes,
  withoutNodeFetch,
  withoutStorage,
  withoutThreads,
} from './plugins.mjs';
import { finish, fresh, here, packages } from './vendored.mjs';

const NOTICES = 'NOTICES.txt';
const VERSION = JSON.parse(
  await readFile(path.join(packages, '@tensorflow/tfjs-core/package.json'), 'utf8'),
).version;
const BANNER = `/* TensorFlow.js ${VERSION}, Copyright Google LLC, Apache-2.0; see LICENSE beside this file. */`;
const WASM = 'tfjs-backend-wasm-simd.wasm';
const COMPRESSED = `${WASM}.gz`;
// Node's own zlib is another one from version to version and from processor to processor; this one is pinned.
const gzipped = (content) => zopfli.gzipAsync(content, { numiterations: 5 });

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
      'tfjs-webgl': 'entries/browser-webgl.js',
      'tfjs-webgpu': 'entries/browser-webgpu.js',
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
      sharedOneByOne(),
      weightsOnly(),
      namespacesWhereTheyLie(),
    ],
  });
}

const FOR_NODE = `# TensorFlow.js ${VERSION} for Node

\`tfjs-node.cjs\` is tfjs-core, tfjs-converter, tfjs-backend-cpu and tfjs-backend-wasm in one CommonJS file, with
every kernel of both backends; \`${WASM}\` is the WebAssembly binary as it is published. Nothing here
is edited by hand, and nothing is fetched when it runs.

Left out: \`node-fetch\` (models come from files) and the multi-threaded WebAssembly glue (TensorFlow.js does not
use threads in Node).

Rebuild with \`make vendor\` (Node 18 or newer; \`npm ci\`, then \`node build.mjs\` in \`tools/tfjs\`): the same bytes come
out, and \`DIGESTS\` lists them (\`sha256sum -c DIGESTS\`). Licences: \`LICENSE\`.
`;

const ROWS = {
  'tfjs.js': 'core and the graph-model executor',
  'tfjs-wasm.js': `the WebAssembly backend's kernels; takes \`${COMPRESSED}\``,
  'tfjs-webgl.js': "the WebGL backend's kernels",
  'tfjs-webgpu.js': "the WebGPU backend's kernels",
  'tfjs-cpu.js': "the plain JavaScript backend's kernels",
  [COMPRESSED]: 'the WebAssembly binary (SIMD, one thread) with the listed kernels, gzipped',
};

/** The page's README, with what each part weighs; \`metafile\` is esbuild's. */
async function forThePage(folder, metafile) {
  const outputs = Object.fromEntries(
    Object.entries(metafile.outputs).map(([name, output]) => [path.basename(name), output]),
  );
  const needed = (name, found = new Set()) => {
    if (found.has(name)) return found;
    found.add(name);
    for (const each of outputs[name]?.imports ?? []) needed(path.basename(each.path), found);
    return found;
  };
  const weights = {};
  for (const name of [...Object.keys(outputs), COMPRESSED]) {
    const content = await readFile(path.join(folder, name));
    weights[name] = [content.length, name === COMPRESSED ? content.length : (await gzipped(content)).length];
  }
  const kilobytes = (names, index) =>
    ([...names].reduce((sum, name) => sum + weights[name][index], 0) / 1000).toFixed(1);
  const shared = Object.keys(outputs).filter((name) => name.startsWith('tfjs-shared-'));
  const rows = Object.entries({ ...ROWS, 'tfjs-shared-*.js': 'what these have in common' }).map(([name, holds]) => {
    const names = name in weights ? [name] : shared;
    return `| \`${name}\` | ${holds} | ${kilobytes(names, 0)} | ${kilobytes(names, 1)} |`;
  });
  const totals = ['wasm', 'webgl', 'webgpu', 'cpu'].map((backend) => {
    const names = needed(`tfjs-${backend}.js`, needed('tfjs.js'));
    if (backend === 'wasm') names.add(COMPRESSED);
    return `| ${backend} | ${names.size} | ${kilobytes(names, 0)} | ${kilobytes(names, 1)} |`;
  });
  return `# TensorFlow.js ${VERSION} for the demo page

ES modules, made small for digit classifiers and their relatives; sizes in kB, compressed ones at gzip's best:

| file | holds | size | gzip |
|---|---|---:|---:|
${rows.join('\n')}

A page loads \`tfjs.js\` and one backend, which comes to:

| backend | files | size | gzip |
|---|---:|---:|---:|
${totals.join('\n')}

Each backend's module has \`register()\`, which makes it known to TensorFlow.js; WebAssembly's takes the bytes of the
binary. That is stored compressed because many static hosts do not compress; the page inflates it. On WebGPU
only \`await tensor.data()\` gives the values: \`tensor.dataSync()\` of this version gives zeros.

The operations that a graph may use are listed in \`tools/tfjs/operations.mjs\`; a graph that uses another is refused
with that operation's name. Their kernels are all that is left of the published WebAssembly binary: the exports of
others, and the code that only those reach, are taken out of it. Left out as well: gradients, training, layers-models,
image and text operations, control flow, and the multi-threaded WebAssembly glue.

Rebuild with \`make vendor\` (Node 18 or newer; \`npm ci\`, then \`node build.mjs\` in \`tools/tfjs\`): the same bytes come
out, and \`DIGESTS\` lists them (\`sha256sum -c DIGESTS\`). Licences: \`LICENSE\`.
`;
}

const binary = await readFile(path.join(packages, '@tensorflow/tfjs-backend-wasm/dist', WASM));

const node = await fresh('edgedigits', 'runtimes', 'tfjs', 'vendor');
await buildForNode(node);
await writeFile(path.join(node, WASM), binary);
await finish(node, NOTICES, FOR_NODE);

const page = await fresh('web_demo', 'vendor');
const { metafile } = await buildForBrowsers(page);
await writeFile(path.join(page, COMPRESSED), await gzipped(await withListedKernels(binary, packages)));
await finish(page, NOTICES, await forThePage(page, metafile));
if (process.env.EXPLAIN) console.log(await esbuild.analyzeMetafile(metafile));
