// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Somebody else in the chat, who does on the wire what the page and the window
// do: tells that they are here, writes, has a name that changes, is gone.

import { createHash } from 'node:crypto';

import mqtt from 'mqtt';

import { eventually } from './check.js';

let peers = 0;

// Who has the same name is the same person, unless the story wants it otherwise.
const fromOf = (name) => createHash('sha256').update(name).digest('hex').slice(0, 16);

const topicOf = (prefix, room) => (room === '' ? prefix : `${prefix}/${room}`);

class Peer {
  heard = [];
  #client;
  #presence;
  #name;
  #from;
  #kind;
  #rooms;

  constructor(client, presence, { name, from, kind, rooms }) {
    this.#client = client;
    this.#presence = presence;
    this.#name = name;
    this.#from = from;
    this.#kind = kind;
    this.#rooms = rooms;
    client.on('error', () => {});
    client.on('message', (topic, payload) => this.heard.push({ topic, text: String(payload) }));
  }

  async begin() {
    await this.#client.subscribeAsync(['messages/#', 'hubbub/#'], { qos: 1 });
    await this.#tell();
  }

  #tell() {
    const [name, from, kind, rooms] = [this.#name, this.#from, this.#kind, this.#rooms];
    return this.#client.publishAsync(this.#presence, JSON.stringify({ name, from, kind, rooms }), { qos: 1, retain: true });
  }

  async say(message, { room = '', timeMs = Date.now() } = {}) {
    const payload = { name: this.#name, message, from: this.#from, time: new Date(timeMs).toISOString() };
    await this.#client.publishAsync(topicOf('messages', room), JSON.stringify(payload), { qos: 1 });
  }

  // Is seen to be writing.
  async write({ room = '' } = {}) {
    await this.#client.publishAsync(topicOf('hubbub/typing', room), JSON.stringify({ name: this.#name, from: this.#from }));
  }

  async rename(name) {
    this.#name = name;
    await this.#tell();
  }

  // In order.
  async leave() {
    await this.#client.publishAsync(this.#presence, '', { qos: 1, retain: true });
    await this.#client.endAsync();
  }

  // What was said in a room, as objects.
  messages(room = '') {
    return this.heard.filter(({ topic }) => topic === topicOf('messages', room)).map(({ text }) => JSON.parse(text));
  }

  async untilHears(message, { room = '' } = {}) {
    return eventually(`the other one hears '${message.slice(0, 80)}'`, () => this.messages(room).find((one) => one.message === message) ??
      Promise.reject(new Error(`they have heard ${JSON.stringify(this.heard).slice(0, 400)}`)));
  }
}

// Joins as `name`; they are gone with the test.
export async function joinPeer(t, broker, name, { from, kind = 'browser', rooms = [] } = {}) {
  peers += 1;
  const clientId = `hub${String(peers).padStart(20, '0')}`;
  const presence = `hubbub/presence/${clientId}`;
  const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${broker.mqttPort}`, {
    clientId, reconnectPeriod: 0, will: { topic: presence, payload: '', qos: 1, retain: true },
  });
  t.after(() => client.endAsync(true));
  const peer = new Peer(client, presence, { name, from: from ?? fromOf(name), kind, rooms });
  await peer.begin();
  return peer;
}
