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

/** A graph model's way to storage is all of `io`, unless it is told otherwise: what it needs is reading weights. */
export function weightsOnly() {
  return {
    name: 'weights-only',
    setup(build) {
      build.onLoad({ filter: /executor[\\/]graph_model\.js$/ }, ({ path: file }) => ({
        contents: whereTheyLie(readFileSync(file, 'utf8')).replaceAll('tfio = io)', 'tfio = { decodeWeights: io.decodeWeights })'),
        loader: 'js',
      }));
    },
  };
}

/** What tfjs-core exports as whole namespaces, and the file behind each. */
const NAMESPACES = {
  backend_util: 'backends/backend_util',
  broadcast_util: 'ops/broadcast_util',
  device_util: 'device_util',
  gather_util: 'ops/gather_nd_util',
  io: 'io/io',
  kernel_impls: 'backends/kernel_impls',
  scatter_util: 'ops/scatter_nd_util',
  slice_util: 'ops/slice_util',
  tensor_util: 'tensor_util',
  util: 'util',
};

const FROM_CORE = /^import \{([^}]*)\} from '@tensorflow\/tfjs-core';$/gm;
const FROM_NAMESPACE = /^const \{ ([\w, ]+) \} = (\w+_util);$/gm;

/** A module's source with the namespaces of tfjs-core imported from their own files. */
function whereTheyLie(source) {
  const apart = (_, list) => {
    const names = list.split(',').map((name) => name.trim()).filter(Boolean);
    const lines = names
      .filter((name) => name in NAMESPACES)
      .map((name) => `import * as ${name} from '@tensorflow/tfjs-core/dist/${NAMESPACES[name]}';`);
    const others = names.filter((name) => !(name in NAMESPACES));
    return [`import { ${others.join(', ')} } from '@tensorflow/tfjs-core';`, ...lines].join('\n');
  };
  const oneByOne = (_, list, from) => list.split(', ').map((name) => `const ${name} = ${from}.${name};`).join('\n');
  return source.replace(FROM_CORE, apart).replace(FROM_NAMESPACE, oneByOne);
}

/** esbuild keeps all of a namespace that another module handed on, and of one imported where it lies what is used. */
export function namespacesWhereTheyLie() {
  return {
    name: 'namespaces-where-they-lie',
    setup(build) {
      build.onLoad({ filter: /@tensorflow[\\/]tfjs-(backend-\w+|converter)[\\/]dist[\\/].*\.js$/ }, ({ path: file }) => ({
        contents: whereTheyLie(readFileSync(file, 'utf8')),
        loader: 'js',
      }));
    },
  };
}

/** The GPU backends take a few functions of the plain one, through an object that would keep all of them. */
export function sharedOneByOne() {
  return {
    name: 'shared-one-by-one',
    setup(build) {
      build.onLoad({ filter: /kernel_utils[\\/]shared\.js$/ }, ({ path: file }) => {
        const list = /const \{([^}]*)\} = shared;/.exec(readFileSync(file, 'utf8'))?.[1];
        if (list === undefined) return undefined;
        const names = [...list.matchAll(/(\w+): (\w+)/g)].map(([, name, alias]) => `${name} as ${alias}`);
        const contents = `export { ${names.join(', ')} } from '@tensorflow/tfjs-backend-cpu/dist/shared';`;
        return { contents, loader: 'js', resolveDir: path.dirname(file) };
      });
    },
  };
}

/** `kernels:wasm` and its like become modules that register the listed kernels of that backend. */
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
