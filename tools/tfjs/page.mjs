// Joins the demo page's own modules into web_demo/main.js and its style sheets into web_demo/style.css, so that a visit
// asks for two files instead of many; what few visits need becomes files of its own, LATER. The same sources always
// give the same bytes; web_demo/src/DIGESTS lists all of them.
import { createHash } from 'node:crypto';
import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import esbuild from 'esbuild';

const page = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..', '..', 'web_demo');
const out = path.resolve(process.argv[2] ?? page);
const LATER = ['litert.js', 'longtest-dialog.js', 'tensorflow.js', 'whole.js'];
const BANNER = '/* Made by `make page` of web_demo/src. */';
const BUILT = ['main.js', ...LATER, 'style.css', 'sw.js'];

await esbuild.build({
  absWorkingDir: page,
  entryPoints: BUILT.map((name) => `src/${name}`),
  outdir: out,
  bundle: true,
  minify: true,
  format: 'esm',
  // What the sources are written in: nothing is to be made older than it is.
  target: 'es2022',
  charset: 'utf8',
  banner: { js: BANNER, css: BANNER },
  logLevel: 'warning',
  plugins: [apart()],
});

/**
 * What few visits need, TensorFlow.js and LiteRT.js are fetched as they are needed, and the words stay where they can
 * be translated without building.
 */
function apart() {
  return {
    name: 'apart',
    setup(build) {
      build.onResolve({ filter: /^\.\// }, ({ path: name, kind }) =>
        kind === 'dynamic-import' && LATER.includes(name.slice(2)) ? { path: name, external: true } : undefined,
      );
      build.onResolve({ filter: /^\.\.\/(vendor|litert)\/|^\.\/strings\.js$/ }, ({ path: name, resolveDir }) => ({
        path: `./${path.relative(page, path.join(resolveDir, name)).replaceAll(path.sep, '/')}`,
        external: true,
      }));
    },
  };
}

const found = await readdir(path.join(page, 'src'), { recursive: true });
const sources = found.filter((name) => /\.(js|css)$/.test(name)).sort();
const files = Object.fromEntries(BUILT.map((name) => [`../${name}`, path.join(out, name)]));
for (const name of sources) files[name.replaceAll(path.sep, '/')] = path.join(page, 'src', name);
const lines = await Promise.all(
  Object.entries(files).map(async ([name, file]) => {
    const digest = createHash('sha256').update(await readFile(file)).digest('hex');
    return `${digest}  ${name}\n`;
  }),
);
await mkdir(path.join(out, 'src'), { recursive: true });
await writeFile(path.join(out, 'src', 'DIGESTS'), lines.join(''));
