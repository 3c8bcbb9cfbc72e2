// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Debian's mosquitto_pub and mosquitto_sub, and what they have heard.

import { eventually } from './check.js';
import { Program, runProgram } from './program.js';

// QoS, retained, payload in hexadecimal digits, topic: the only one with blanks stands last.
const format = 'M %q %r %x %t';
const heardLine = /^M (?<qos>\d) (?<retain>\d) (?<payload>[0-9a-f]*) (?<topic>.*)$/;

const address = (broker) => ['-h', broker.host ?? '127.0.0.1', '-p', String(broker.mqttPort)];

class Client extends Program {
  constructor(t, command, args) {
    // What a pipe would hold back comes line by line.
    super(t, 'stdbuf', ['-oL', command, ...args]);
  }
}

class Publisher extends Client {
  constructor(t, args) {
    super(t, 'mosquitto_pub', args);
  }

  // In order, with a DISCONNECT. Its input is at an end; a signal would kill it.
  async end() {
    this.closeInput();
    await this.ended();
  }
}

class Subscriber extends Client {
  #endOfOutput = Infinity;

  constructor(t, args) {
    super(t, 'mosquitto_sub', args);
  }

  // In order, with a DISCONNECT. What it prints from here on does not count: it logs from its handler of signals, and
  // so prints the line twice that it was just printing.
  async end() {
    this.#endOfOutput = this.output.length;
    this.signal('SIGTERM');
    await this.ended();
  }

  // The messages in their order. A long line comes in pieces: it counts when it is whole.
  get heard() {
    return this.output.slice(0, this.#endOfOutput).split('\n').slice(0, -1).flatMap((line) => {
      const match = heardLine.exec(line);
      if (match === null)
        return [];
      const { qos, retain, payload, topic } = match.groups;
      return [{ topic, payload: Buffer.from(payload, 'hex'), qos: Number(qos), isRetained: retain === '1' }];
    });
  }

  get texts() {
    return this.heard.map(({ payload }) => payload.toString());
  }

  // Waits for the message with this text, and returns it.
  async until(text, options) {
    return eventually(`mosquitto_sub hears '${text.slice(0, 80)}'`,
      () => this.heard.find(({ payload }) => payload.toString() === text) ??
        Promise.reject(new Error(`it has heard ${JSON.stringify(this.texts).slice(0, 400)} ${this.errors}`)), options);
  }

  // Waits until it has heard that many.
  async untilCount(count, options) {
    await eventually(`mosquitto_sub hears ${count} messages`,
      () => this.heard.length >= count || Promise.reject(new Error(`it has heard ${this.heard.length}`)), options);
  }

  async untilSubscribed() {
    await eventually('mosquitto_sub has subscribed', () => {
      if (!this.isRunning)
        throw new Error(`it has ended: ${this.errors}`);
      return /^Subscribed/m.test(this.output);
    });
  }
}

// Starts mosquitto_sub, and returns it once it has subscribed.
export async function subscribe(t, broker, args) {
  const subscriber = new Subscriber(t, [...address(broker), '-d', '-F', format, ...args]);
  await subscriber.untilSubscribed();
  return subscriber;
}

// Starts mosquitto_pub, which publishes each line that is written to it, and
// returns it once it is connected.
export async function startPublisher(t, broker, args) {
  const publisher = new Publisher(t, [...address(broker), '-d', '-l', ...args]);
  await eventually('mosquitto_pub is connected', () => /received CONNACK \(0\)/.test(publisher.output));
  return publisher;
}

// Runs mosquitto_pub with these arguments, and `input` as its standard input.
export async function mosquittoPub(broker, args, input = '') {
  const { status, errors } = await runProgram(null, 'mosquitto_pub', [...address(broker), ...args], { input });
  if (status !== 0)
    throw new Error(`mosquitto_pub ended with ${status}: ${errors}`);
}
