// Part of edgedigits. SPDX-License-Identifier: Apache-2.0
export { prepare } from './preparation/picture.js';
