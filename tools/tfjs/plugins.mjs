// What is left out of TensorFlow.js, as esbuild plugins.
import { readFileSync, existsSync } from 'node:fs';
import path from 'node:path';
import esbuild from 'esbuild';
import { KERNELS, OPERATIONS } from './operations.mjs';

/** Replaces every module whose specifier matches `filter` by `contents`. */
function stub(name, filter, contents) {
  return {
    name,
    setup(build) {
      build.onResolve({ filter }, () => ({ path: name, namespace: name }));
      build.onLoad({ filter: /.*/, namespace: name }, () => ({ contents, loader: 'js' }));
    },
  };
}

/** `node-fetch` is only reached when a model or binary is loaded from an address. */
export const withoutNodeFetch = () =>
  stub(
    'without-node-fetch',
    /^node-fetch$/,
    "module.exports = () => { throw new Error('this build loads nothing from the network'); };",
  );

/** The threaded glue holds a second copy of the whole Emscripten runtime. */
export const withoutThreads = () =>
  stub(
    'without-threads',
    /tfjs-backend-wasm-threaded-simd(\.worker)?\.js$/,
    "export default null; export const wasmWorkerContents = '';",
  );

/** Hashes of strings, the one use of `long`, for which no listed operation asks. */
export const withoutHashes = () =>
  stub('without-hashes', /\/hash_util$/, 'export const hexToLong = null, fingerPrint64 = null;');

const STORAGE = [
  'BrowserIndexedDB', 'BrowserIndexedDBManager', 'BrowserLocalStorage', 'BrowserLocalStorageManager', 'ModelStoreManagerRegistry',
  'browserDownloads', 'browserFiles', 'browserHTTPRequest', 'copyModel', 'http', 'isHTTPScheme', 'listModels', 'moveModel',
  'removeModel',
];

/** Saving models, and loading them by address: the page hands the files over itself. */
export const withoutStorage = () =>
  stub(
    'without-storage',
    /\/(browser_files|http|indexed_db|local_storage|model_management)$/,
    `export const ${STORAGE.map((name) => `${name} = null`).join(', ')};`,
  );

/** `base` is tfjs-core without optimizers, gradients and methods on tensors. */
export function baseOfCore(packages) {
  const base = path.join(packages, '@tensorflow/tfjs-core/dist/base.js');
  return {
    name: 'base-of-core',
    setup(build) {
      build.onResolve({ filter: /^@tensorflow\/tfjs-core$/ }, () => ({ path: base, sideEffects: false }));
    },
  };
}

/** `kernels:wasm` and `kernels:cpu` become modules that register the listed kernels of that backend. */
export function listedKernels(packages) {
  return {
    name: 'listed-kernels',
    setup(build) {
      build.onResolve({ filter: /^kernels:/ }, ({ path: name }) => ({ path: name, namespace: 'kernels' }));
      build.onLoad({ filter: /.*/, namespace: 'kernels' }, ({ path: name }) => {
        const folder = `@tensorflow/tfjs-backend-${name.split(':')[1]}/dist/kernels`;
        const lines = ["import { registerKernel } from '@tensorflow/tfjs-core';"];
        for (const kernel of KERNELS) {
          const file = path.join(packages, folder, `${kernel}.js`);
          if (!existsSync(file)) continue;
          const config = /export const (\w+Config) = /.exec(readFileSync(file, 'utf8'))[1];
          lines.push(`import { ${config} } from '${folder}/${kernel}';`, `registerKernel(${config});`);
        }
        return { contents: lines.join('\n'), loader: 'js', resolveDir: packages };
      });
    },
  };
}

/** Keeps the listed operations of the graph executor, and of tfjs-core only what these call. */
export function listedOperations(packages) {
  const converter = path.join(packages, '@tensorflow/tfjs-converter/dist/operations');
  const kept = new Set(Object.values(OPERATIONS).flat());

  /** Functions of tfjs-core that the executors call in the branches of the kept operations. */
  function called() {
    const names = new Set();
    for (const category of Object.keys(OPERATIONS)) {
      const source = readFileSync(path.join(converter, 'executors', `${category}_executor.js`), 'utf8');
      let labels = [];
      let fresh = true;
      for (const line of source.split('\n')) {
        const label = /^\s*case '(\w+)':/.exec(line);
        if (label) {
          labels = fresh ? [...labels, label[1]] : [label[1]];
          fresh = true;
        } else if (line.trim()) fresh = false;
        if (!labels.some((name) => kept.has(name))) continue;
        for (const [, name] of line.matchAll(/\bops\.(\w+(?:\.\w+)?)/g)) names.add(name.split('.')[0]);
      }
    }
    return [...names].sort();
  }

  /** The converter's table of one category, cut down to the kept operations. */
  function table(file, category) {
    const { code } = esbuild.transformSync(readFileSync(file, 'utf8'), { format: 'cjs' });
    const module = { exports: {} };
    new Function('module', 'exports', code)(module, module.exports);
    const rows = module.exports.json.filter((row) => OPERATIONS[category]?.includes(row.tfOpName));
    const missing = (OPERATIONS[category] ?? []).filter((name) => !rows.some((row) => row.tfOpName === name));
    if (missing.length) throw new Error(`the converter's ${category} has no ${missing.join(', ')}`);
    return `export const json = ${JSON.stringify(rows)};`;
  }

  return {
    name: 'listed-operations',
    setup(build) {
      build.onLoad({ filter: /operations[\\/]op_list[\\/]\w+\.js$/ }, ({ path: file }) => ({
        contents: table(file, path.basename(file, '.js')),
        loader: 'js',
      }));
      build.onLoad({ filter: /operations[\\/]executors[\\/]\w+_executor\.js$/ }, ({ path: file }) => {
        const category = path.basename(file, '_executor.js');
        if (category in OPERATIONS) return undefined;
        const contents = `export function executeOp(node) { throw new TypeError(node.op + ' is not in this build'); }`;
        return { contents, loader: 'js' };
      });
      build.onResolve({ filter: /ops\/ops_for_converter$/ }, () => ({ path: 'ops', namespace: 'ops' }));
      build.onLoad({ filter: /.*/, namespace: 'ops' }, () => ({
        contents: `export { ${called().join(', ')} } from '@tensorflow/tfjs-core/dist/ops/ops';`,
        loader: 'js',
        resolveDir: packages,
      }));
    },
  };
}
