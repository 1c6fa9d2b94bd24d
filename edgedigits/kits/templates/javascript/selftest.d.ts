import type { Classifier } from './classifier.js';

/** What is wrong, a line each; nothing where all is well. */
export declare function selfTest(classifier: Classifier): string[];
