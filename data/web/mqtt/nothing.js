// SPDX-License-Identifier: LGPL-2.1-or-later
//
// In place of what MQTT.js imports and the page never uses: sockets of Node.js, and timers in a worker.
// (The page's Content-Security-Policy lets no worker be made.)

export default null;
