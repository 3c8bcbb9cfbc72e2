// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Put in front of MQTT.js by esbuild (--inject): what its modules take for granted since Node.js has it.

import process from 'process/browser.js';

export { Buffer } from 'buffer/';

// As soon as in Node.js. Theirs takes a timer, which browsers let wait, for each step of a stream.
process.nextTick = (work, ...values) => queueMicrotask(() => work(...values));

export { process };
