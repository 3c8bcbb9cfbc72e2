// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Put in front of MQTT.js by esbuild (--inject): what its modules take for granted since Node.js has it.

export { Buffer } from 'buffer/';
export { default as process } from 'process/browser.js';
