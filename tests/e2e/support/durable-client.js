// SPDX-License-Identifier: LGPL-2.1-or-later
//
// A client of MQTT 3.1.1 with a session that outlives its connections, and that the broker has to keep as well: what is
// not acknowledged is sent again, and what came at QoS 2 is taken once. It is our own, and small, because what it counts
// must not depend on how well another client keeps its session.

import { once } from 'node:events';
import net from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

const CONNECT = 1, CONNACK = 2, PUBLISH = 3, PUBACK = 4, PUBREC = 5, PUBREL = 6, PUBCOMP = 7, SUBSCRIBE = 8, SUBACK = 9;

const RETRY_MS = 20;

function text(string) {
  const bytes = Buffer.from(string);
  return Buffer.concat([Buffer.from([bytes.length >> 8, bytes.length & 0xff]), bytes]);
}

function packet(type, flags, ...parts) {
  const body = Buffer.concat(parts);
  const size = [];
  let rest = body.length;
  do {
    size.push(rest > 127 ? (rest & 127) | 128 : rest);
    rest >>= 7;
  } while (rest > 0);
  return Buffer.concat([Buffer.from([(type << 4) | flags, ...size]), body]);
}

function number(value) {
  return Buffer.from([value >> 8, value & 0xff]);
}

// The first packet of `bytes` and what is behind it; null when it has not come whole.
export function cutPacket(bytes) {
  let size = 0;
  for (let at = 1; at < bytes.length && at <= 4; at += 1) {
    size |= (bytes[at] & 127) << (7 * (at - 1));
    if (bytes[at] < 128) {
      const start = at + 1;
      if (bytes.length < start + size)
        return null;
      return {
        type: bytes[0] >> 4,
        flags: bytes[0] & 15,
        body: bytes.subarray(start, start + size),
        rest: bytes.subarray(start + size),
      };
    }
  }
  return null;
}

export class DurableClient {
  #port;
  #connection = null; // from its first moment on
  #socket = null; // the same, once the broker has let it in
  #wanted = false;
  #coming = null;
  #nextId = 1;
  #outgoing = new Map(); // of ids: { topic, payload, qos, retain, isSent, isReleased }
  #incoming = new Set(); // ids at QoS 2 that were taken, and are not released yet
  #filter;
  #isSubscribed = false;
  #connects = 0;
  #isRelied = false; // something was acknowledged in its session, which has to be there from then on

  // What it was told by the broker that it must not be: sentences.
  faults = [];

  constructor({ port, clientId, filter = null, onAcknowledged = () => {}, onMessage = () => {}, onReady = () => {} }) {
    this.#port = port;
    this.clientId = clientId;
    this.#filter = filter;
    this.onAcknowledged = onAcknowledged;
    this.onMessage = onMessage;
    this.onReady = onReady;
  }

  get isReady() {
    return this.#socket !== null && (this.#filter === null || this.#isSubscribed);
  }

  get unacknowledged() {
    return this.#outgoing.size;
  }

  // Connects, and does so again whenever the connection is lost, until it is to leave.
  come() {
    this.#wanted = true;
    this.#coming ??= this.#keepConnected();
  }

  async leave() {
    this.#wanted = false;
    this.#drop();
    await this.#coming;
    this.#coming = null;
  }

  publish({ topic, payload, qos, retain = false }) {
    while (this.#outgoing.has(this.#nextId))
      this.#nextId = this.#nextId % 0xffff + 1;
    const id = this.#nextId;
    this.#nextId = id % 0xffff + 1;
    this.#outgoing.set(id, { topic, payload, qos, retain, isSent: false, isReleased: false });
    this.#sendPublish(id);
  }

  async #keepConnected() {
    while (this.#wanted) {
      try {
        await this.#live();
      } catch {
        // Nobody is there, or somebody was and is gone.
      }
      this.#drop();
      await delay(RETRY_MS);
    }
  }

  // Also one that is not let in yet: it would be, and would then stay.
  #drop() {
    this.#socket = null;
    this.#connection?.destroy(new Error('dropped'));
    this.#connection = null;
  }

  #send(bytes) {
    this.#socket?.write(bytes);
  }

  #sendPublish(id) {
    if (this.#socket === null)
      return;
    const message = this.#outgoing.get(id);
    const flags = (message.isSent ? 8 : 0) | (message.qos << 1) | (message.retain ? 1 : 0);
    message.isSent = true;
    this.#send(packet(PUBLISH, flags, text(message.topic), number(id), Buffer.from(message.payload)));
  }

  // One connection, from its beginning to its end.
  async #live() {
    const socket = net.connect(this.#port, '127.0.0.1');
    this.#connection = socket;
    socket.on('error', () => {}); // is heard below, but not at every moment
    try {
      await once(socket, 'connect');
      socket.setNoDelay(true);
      this.#connects += 1;
      socket.write(packet(CONNECT, 0, text('MQTT'), Buffer.from([4, 0]), number(60), text(this.clientId)));
      let bytes = Buffer.alloc(0);
      for await (const chunk of socket) {
        bytes = bytes.length > 0 ? Buffer.concat([bytes, chunk]) : chunk;
        for (let next = cutPacket(bytes); next !== null; next = cutPacket(bytes)) {
          bytes = next.rest;
          this.#take(next, socket);
        }
      }
    } finally {
      socket.destroy();
    }
  }

  #take({ type, flags, body }, socket) {
    const id = body.length >= 2 ? body.readUInt16BE(0) : 0;
    this.#isRelied ||= [SUBACK, PUBACK, PUBREC].includes(type);
    switch (type) {
    case CONNACK:
      this.#begin(body, socket);
      break;
    case SUBACK:
      this.#isSubscribed = true;
      this.onReady();
      break;
    case PUBLISH:
      this.#takePublish(flags, body);
      break;
    case PUBACK:
      this.#settle(id, 1);
      break;
    case PUBREC:
      this.#release(id);
      break;
    case PUBREL:
      this.#incoming.delete(id);
      this.#send(packet(PUBCOMP, 0, number(id)));
      break;
    case PUBCOMP:
      this.#outgoing.delete(id);
      this.onReady();
      break;
    default:
      this.faults.push(`a packet of type ${type}`);
    }
  }

  // A broker that is killed right behind its first CONNACK may not have kept the session yet, or have kept it before that.
  #begin(body, socket) {
    const isPresent = body[0] === 1;
    if (body[1] !== 0)
      this.faults.push(`refused: ${body[1]}`);
    if (isPresent && this.#connects === 1)
      this.faults.push('a session that was never begun');
    if (!isPresent && this.#isRelied)
      this.faults.push('the session is gone');
    this.#socket = socket;
    if (this.#filter !== null && !this.#isSubscribed)
      this.#send(packet(SUBSCRIBE, 2, number(0xffff), text(this.#filter), Buffer.from([2])));
    for (const [id, { isReleased }] of this.#outgoing) {
      if (isReleased)
        this.#send(packet(PUBREL, 2, number(id)));
      else
        this.#sendPublish(id);
    }
    this.onReady();
  }

  #settle(id, qos) {
    const message = this.#outgoing.get(id);
    if (message === undefined)
      return;
    if (message.qos === qos)
      this.#outgoing.delete(id);
    this.onAcknowledged(message);
    this.onReady();
  }

  // At QoS 2 the broker has it from now on; it may come again.
  #release(id) {
    const message = this.#outgoing.get(id);
    if (message !== undefined && !message.isReleased) {
      message.isReleased = true;
      this.onAcknowledged(message);
    }
    this.#send(packet(PUBREL, 2, number(id)));
  }

  #takePublish(flags, body) {
    const qos = (flags >> 1) & 3;
    const size = body.readUInt16BE(0);
    const topic = body.toString('utf8', 2, 2 + size);
    let start = 2 + size;
    const id = qos > 0 ? body.readUInt16BE(start) : 0;
    if (qos > 0)
      start += 2;
    const isKnown = qos === 2 && this.#incoming.has(id);
    if (!isKnown)
      this.onMessage({ topic, payload: body.toString('utf8', start), qos, isRetained: (flags & 1) !== 0 });
    if (qos === 1)
      this.#send(packet(PUBACK, 0, number(id)));
    if (qos === 2) {
      this.#incoming.add(id);
      this.#send(packet(PUBREC, 0, number(id)));
    }
  }
}
