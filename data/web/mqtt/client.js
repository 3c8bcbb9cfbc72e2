// SPDX-License-Identifier: LGPL-2.1-or-later
//
// What the page uses of MQTT.js, made from its package in place of the file that the package brings for browsers: without
// the transports that no browser has, which is a third less to load.

import client from 'mqtt/lib/client';
import { browserStreamBuilder } from 'mqtt/lib/connect/ws';
import mqttPacket from 'mqtt-packet';

// Otherwise the first packet waits until there is a buffer for each number of two bytes: 65,536 of them.
mqttPacket.writeToStream.cacheNumbers = false;

// It is CommonJS, and imported by an ECMAScript module.
const MqttClient = client.default;

/** As connect() of MQTT.js: a client for a `ws:` or `wss:` address. */
function connect(url, options) {
  const { protocol, hostname, port, pathname, search } = new URL(url);
  const whole = { ...options, protocol: protocol.slice(0, -1), hostname, port: Number(port), path: pathname + search };
  const made = new MqttClient((self) => browserStreamBuilder(self, whole), whole);
  // Without a listener, an event of this name is thrown.
  made.on('error', () => {});
  return made;
}

globalThis.mqtt = { connect };
