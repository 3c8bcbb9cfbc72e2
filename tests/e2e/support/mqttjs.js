// SPDX-License-Identifier: LGPL-2.1-or-later
//
// MQTT.js under node, in the version of the post and in today's, and what they
// have heard.

import { once } from 'node:events';

import mqtt from 'mqtt';
import mqtt3 from 'mqtt3';

import { eventually } from './check.js';

export const libraries = { 'MQTT.js 3.0.0': mqtt3, 'MQTT.js 5': mqtt };

// How a client gets to a broker.
export const ways = {
  'TCP': (broker) => `mqtt://127.0.0.1:${broker.mqttPort}`,
  'WebSocket on /': (broker) => `ws://127.0.0.1:${broker.httpPort}`,
  'WebSocket on /mqtt': (broker) => `ws://127.0.0.1:${broker.httpPort}/mqtt`,
};

const kinds = [
  ['MQTT.js 3.0.0', mqtt3, 4],
  ['MQTT.js 5', mqtt, 4],
  ['MQTT.js 5 in protocol 5.0', mqtt, 5],
];

// For all that is promised to each of them on each way: calls `define` with what to call it, how to join, the way and
// the version of the protocol.
export function forEachWay(define) {
  for (const [kindName, library, protocolVersion] of kinds) {
    for (const [wayName, url] of Object.entries(ways)) {
      define(`${kindName} over ${wayName}`,
        (t, broker, options) => join(t, library, url(broker), { protocolVersion, ...options }), { wayName, protocolVersion });
    }
  }
}

class Stranger {
  heard = [];
  closes = 0;
  connects = [];

  constructor(client) {
    this.client = client;
    client.on('error', () => {});
    client.on('close', () => { this.closes += 1; });
    client.on('connect', ({ sessionPresent }) => this.connects.push({ sessionPresent }));
    client.on('message', (topic, payload, { qos, retain }) => {
      this.heard.push({ topic, payload, qos, isRetained: retain });
    });
  }

  get texts() {
    return this.heard.map(({ payload }) => payload.toString());
  }

  // Returns the QoS granted for each filter.
  subscribe(filters, qos = 0) {
    return new Promise((resolve, reject) => {
      this.client.subscribe(filters, { qos }, (error, granted) => {
        if (error)
          reject(error);
        else
          resolve(granted.map((one) => one.qos));
      });
    });
  }

  unsubscribe(filter) {
    return new Promise((resolve, reject) => {
      this.client.unsubscribe(filter, (error) => (error ? reject(error) : resolve()));
    });
  }

  // Done when it is acknowledged, as its QoS has it.
  publish(topic, payload, options = {}) {
    return new Promise((resolve, reject) => {
      this.client.publish(topic, payload, options, (error) => (error ? reject(error) : resolve()));
    });
  }

  async until(text) {
    return eventually(`it hears '${text.slice(0, 80)}'`, () => this.heard.find(({ payload }) => payload.toString() === text) ??
      Promise.reject(new Error(`it has heard ${JSON.stringify(this.texts).slice(0, 400)}`)));
  }

  async untilCount(count, options) {
    await eventually(`it hears ${count} messages`,
      () => this.heard.length >= count || Promise.reject(new Error(`it has heard ${this.heard.length}`)), options);
  }

  async untilConnects(count) {
    await eventually(`it has connected ${count} times`, () => this.connects.length >= count);
  }

  async untilCloses(count) {
    await eventually(`it was closed ${count} times`, () => this.closes >= count);
  }

  // The connection breaks, without a DISCONNECT and without a closing frame.
  cut() {
    const { socket } = this.client.stream;
    if (socket?.terminate)
      socket.terminate();
    else
      this.client.stream.destroy();
  }

  // In order: with a DISCONNECT.
  async leave() {
    await new Promise((resolve) => { this.client.end(false, resolve); });
  }
}

// Connects, in protocol 3.1.1; a connection that is lost is not made again. `options` may say otherwise.
export async function join(t, library, url, options = {}) {
  const client = library.connect(url, { protocolVersion: 4, reconnectPeriod: 0, ...options });
  const stranger = new Stranger(client);
  t.after(() => { client.end(true); });
  await once(client, 'connect');
  return stranger;
}
