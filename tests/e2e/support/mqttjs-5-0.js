// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Today's MQTT.js under node in protocol 5.0, with what it is told besides the messages.

import { once } from 'node:events';

import mqtt from 'mqtt';

import { eventually } from './check.js';
import { ways } from './mqttjs.js';

// Calls `define` with what to call a way to a broker and how to join on it.
export function forEachWay(define) {
  for (const wayName of ['TCP', 'WebSocket on /mqtt'])
    define(wayName, (t, broker, options) => join(t, ways[wayName](broker), options));
}

class Stranger {
  heard = [];
  received = [];
  goodbye = null;
  isClosed = false;
  connack = null;

  constructor(client) {
    this.client = client;
    client.on('error', () => {});
    client.on('close', () => { this.isClosed = true; });
    client.on('disconnect', (packet) => { this.goodbye = packet; });
    client.on('packetreceive', (packet) => this.received.push({ ...packet }));
    client.on('message', (topic, payload, { qos, retain, properties = {} }) => {
      this.heard.push({ topic, text: `${payload}`, qos, isRetained: retain, properties: { ...properties } });
    });
  }

  get texts() {
    return this.heard.map(({ text }) => text);
  }

  // Returns the Reason Codes.
  subscribe(filter, options = {}) {
    return new Promise((resolve, reject) => {
      this.client.subscribe(filter, { qos: 1, ...options }, (error, granted, packet) => {
        if (packet?.granted)
          resolve(packet.granted);
        else if (error)
          reject(error);
        else
          resolve(granted.map((one) => one.qos));
      });
    });
  }

  // Returns the Reason Codes.
  async unsubscribe(filters) {
    const answered = this.untilPacket(({ cmd }) => cmd === 'unsuback');
    this.client.unsubscribe(filters, () => {});
    return (await answered).granted;
  }

  // Returns the Reason Code of PUBACK or PUBREC; at QoS 0 nothing.
  publish(topic, payload, options = {}) {
    const before = this.received.length;
    return new Promise((resolve, reject) => {
      this.client.publish(topic, payload, { qos: 1, ...options }, (error) => {
        const answer = this.received.slice(before).find(({ cmd }) => cmd === 'puback' || cmd === 'pubrec');
        if (answer === undefined && error)
          reject(error);
        else
          resolve(answer?.reasonCode);
      });
    });
  }

  // The next packet of this kind that arrives from now on.
  async untilPacket(predicate) {
    const before = this.received.length;
    return eventually('the packet has come', () => this.received.slice(before).find(predicate));
  }

  async until(text, options) {
    return eventually(`it hears '${text}'`, () => this.heard.find((message) => message.text === text) ??
      Promise.reject(new Error(`it has heard ${JSON.stringify(this.texts).slice(0, 400)}`)), options);
  }

  async untilCount(count) {
    await eventually(`it hears ${count} messages`,
      () => this.heard.length >= count || Promise.reject(new Error(`it has heard ${this.heard.length}`)));
  }

  async untilClosed() {
    await eventually('it is closed', () => this.isClosed);
  }

  // The connection breaks, without a DISCONNECT and without a closing frame.
  cut() {
    const { socket } = this.client.stream;
    if (socket?.terminate)
      socket.terminate();
    else
      this.client.stream.destroy();
  }

  // In order, with a DISCONNECT that says what `options` do.
  async leave(options = {}) {
    await new Promise((resolve) => { this.client.end(false, options, resolve); });
  }
}

const withDefaults = (options) => ({ protocolVersion: 5, reconnectPeriod: 0, ...options });

// Connects; a connection that is lost is not made again.
export async function join(t, url, options = {}) {
  const client = mqtt.connect(url, withDefaults(options));
  const stranger = new Stranger(client);
  t.after(() => { client.end(true); });
  [stranger.connack] = await once(client, 'connect');
  return stranger;
}

// Tries to connect, and returns the Reason Code of the refusal.
export async function refusal(t, url, options = {}) {
  const client = mqtt.connect(url, withDefaults(options));
  t.after(() => { client.end(true); });
  const [error] = await once(client, 'error');
  return error.code;
}
