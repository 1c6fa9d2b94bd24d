// A folder of files that edgedigits carries: made anew, and ended with licences, README and DIGESTS.
import { createHash } from 'node:crypto';
import { mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const here = path.dirname(fileURLToPath(import.meta.url));
export const project = path.resolve(here, '..', '..');
export const packages = path.join(here, 'node_modules');
const out = path.resolve(process.argv[2] ?? project);

/** An empty folder at these parts of a path in the project, or in the folder named on the command line. */
export async function fresh(...parts) {
  const folder = path.join(out, ...parts);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  return folder;
}

/** Writes beside a folder's files who made them (`notices`), what they are, and the digests of it all. */
export async function finish(folder, notices, readme) {
  // The packages name Apache-2.0 without its text; `long`, which TensorFlow.js depends on, carries it.
  const apache = await readFile(path.join(packages, 'long/LICENSE'), 'utf8');
  const made = await readFile(path.join(here, notices), 'utf8');
  await writeFile(path.join(folder, 'LICENSE'), `${made.trimEnd()}\n\n${'='.repeat(80)}\n${apache.trimEnd()}\n`);
  await writeFile(path.join(folder, 'README.md'), readme);
  const names = (await readdir(folder)).sort();
  const lines = await Promise.all(
    names.map(async (name) => {
      const digest = createHash('sha256').update(await readFile(path.join(folder, name))).digest('hex');
      return `${digest}  ${name}\n`;
    }),
  );
  await writeFile(path.join(folder, 'DIGESTS'), lines.join(''));
}
