// Runs one TensorFlow.js graph model as tfjs_node_runner.cjs does, and answers with what several of its nodes give.
//
//   node tfjs_node_watcher.cjs MODEL_JSON BACKEND INPUT_NAME NODES      NODES: a JSON list of names
//
// An answer's row for each picture holds, for each node, the length of its last side, the number of its values, and the
// values.
'use strict';
const runner = require('./tfjs_node_runner.cjs');

function watching(names) {
  return ({ model, input }, picture, shape) => {
    const { tf } = runner;
    return tf.tidy(() => {
      const tensor = tf.tensor(picture, [1, ...shape], input.dtype);
      const found = model.execute({ [input.name]: tensor }, names);
      const all = (Array.isArray(found) ? found : [found]).map((each) => [each.shape.at(-1) ?? 1, each.dataSync()]);
      const row = new Float32Array(all.reduce((sum, [, values]) => sum + 2 + values.length, 0));
      let place = 0;
      for (const [side, values] of all) {
        row.set([side, values.length], place);
        row.set(values, place + 2);
        place += 2 + values.length;
      }
      return row;
    });
  };
}

const [names] = process.argv.splice(5, 1, '');
runner.run(() => runner.main(watching(JSON.parse(names))));
