// Runs one WebAssembly artifact over pictures that arrive on standard input.
//
//   node wasm_node_runner.mjs FOLDER
//
// Standard output starts with one line of JSON: what the files say, and the version of Node. Then requests are answered
// in order:
//   request   uint32 pictures (little-endian), uint8 pixels
//   answer    float32 values (little-endian)
// The end of standard input ends the program. Whatever goes wrong is told on standard error, with exit status 1.
import fs from 'node:fs';
import { pathToFileURL } from 'node:url';
import { answers, opened } from './opened.js';

const STDIN = 0;
const STDOUT = 1;
// Standard output belongs to the protocol.
console.log = console.info = console.debug = console.error;

/** Reads `size` bytes from standard input; null where it ends before. */
function read(size) {
  const buffer = new Uint8Array(size);
  for (let filled = 0; filled < size; ) {
    let count = 0;
    try {
      count = fs.readSync(STDIN, buffer, filled, size - filled, null);
    } catch (error) {
      if (error.code !== 'EOF') throw error; // how Windows says that the pipe was closed
    }
    if (count === 0) return null;
    filled += count;
  }
  return buffer;
}

function write(bytes) {
  for (let sent = 0; sent < bytes.length; ) sent += fs.writeSync(STDOUT, bytes, sent);
}

try {
  const { model, stated } = await opened(pathToFileURL(`${process.argv[2]}/`));
  write(new TextEncoder().encode(`${JSON.stringify({ ...stated, node: process.version })}\n`));
  for (let head = read(4); head !== null; head = read(4)) {
    const count = new DataView(head.buffer).getUint32(0, true);
    const pictures = read(count * stated.pixels);
    if (pictures === null) break;
    write(new Uint8Array(answers(model, pictures, count).buffer));
  }
  process.exit(0);
} catch (error) {
  fs.writeSync(2, `${error?.message ?? error}\n`);
  process.exit(1);
}
