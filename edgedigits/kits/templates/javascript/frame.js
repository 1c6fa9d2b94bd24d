// Part of edgedigits. SPDX-License-Identifier: Apache-2.0
import { contract } from './contract.js';
import { frame } from './preparation/picture-frame.js';

export function prepare(rgba, width, height) {
  return frame(rgba, width, height, { ...contract, mode: contract.fit });
}
