// Joins the demo page's own modules into one, web_demo/main.js, so that a visit asks for one file instead of many.
// The same sources always give the same bytes; web_demo/src/DIGESTS lists both.
import { createHash } from 'node:crypto';
import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import esbuild from 'esbuild';

const page = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..', '..', 'web_demo');
const out = path.resolve(process.argv[2] ?? page);
const BUILT = 'main.js';

await esbuild.build({
  absWorkingDir: page,
  entryPoints: [`src/${BUILT}`],
  outfile: path.join(out, BUILT),
  bundle: true,
  minify: true,
  format: 'esm',
  // What the sources are written in: nothing is to be made older than it is.
  target: 'es2022',
  charset: 'utf8',
  banner: { js: '/* Made of the modules in web_demo/src by `make page`: change those. */' },
  logLevel: 'warning',
  plugins: [apart()],
});

/** TensorFlow.js is fetched as it is needed, and the words stay where they can be translated without building. */
function apart() {
  return {
    name: 'apart',
    setup(build) {
      build.onResolve({ filter: /^\.\.\/vendor\/|^\.\/strings\.js$/ }, ({ path: name, resolveDir }) => ({
        path: `./${path.relative(page, path.join(resolveDir, name)).replaceAll(path.sep, '/')}`,
        external: true,
      }));
    },
  };
}

const sources = (await readdir(path.join(page, 'src'))).filter((name) => name.endsWith('.js')).sort();
const files = { [`../${BUILT}`]: path.join(out, BUILT) };
for (const name of sources) files[name] = path.join(page, 'src', name);
const lines = await Promise.all(
  Object.entries(files).map(async ([name, file]) => {
    const digest = createHash('sha256').update(await readFile(file)).digest('hex');
    return `${digest}  ${name}\n`;
  }),
);
await mkdir(path.join(out, 'src'), { recursive: true });
await writeFile(path.join(out, 'src', 'DIGESTS'), lines.join(''));
