// Part of edgedigits. SPDX-License-Identifier: Apache-2.0
import { Classifier } from './classifier.js';
import { selfTest } from './selftest.js';

const wrong = selfTest(await Classifier.open());
console.log(wrong.length ? wrong.join('\n') : 'photos are prepared to the byte, golden pictures answered as by the float model');
process.exitCode = wrong.length ? 1 : 0;
