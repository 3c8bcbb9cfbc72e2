// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Nothing that was acknowledged is lost. Publishers and subscribers with sessions that last, some of whom come and go; a
// broker that is killed at random moments, also while it starts, and started again. HUBBUB_ROUNDS says how often
// (10 are usual, 200 for a night), HUBBUB_SEED repeats a run as far as chance allows.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import net from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

import { startBroker } from '../support/broker.js';
import { eventually, note, run, test } from '../support/check.js';
import { DurableClient } from '../support/durable-client.js';

const rounds = Number(process.env.HUBBUB_ROUNDS ?? 10);
const seed = Number(process.env.HUBBUB_SEED ?? Math.floor(Math.random() * 2 ** 31));

const PUBLISHERS = [1, 1, 2, 2]; // at which QoS each publishes
const WINDOW = 20;
const LEAD = 1000; // how far a publisher may be ahead of what has arrived, so that queues do not grow without an end
const LIFE_MS = 400; // of a broker, at most
const PAGE = 1000;

// Small and with a seed: numbers from 0 on that are less than `end`.
function makeRandom(state) {
  return (end) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * end);
  };
}

// Messages that are numbered: `1.7.x` is number 7 of publisher 1.
class Publisher {
  #client;
  #last = 0;
  #isToStop = false;
  #countArrived;
  #timer;
  acknowledged = new Set();

  constructor({ port, index, qos, countArrived }) {
    this.name = `messages/${index}`;
    this.qos = qos;
    this.#countArrived = countArrived;
    this.#client = new DurableClient({
      port,
      clientId: `publisher-${index}`,
      onAcknowledged: ({ payload }) => this.acknowledged.add(Number(payload)),
      onReady: () => this.#pump(),
    });
    this.#timer = setInterval(() => this.#pump(), 10);
    this.#client.come();
  }

  get client() {
    return this.#client;
  }

  // Each is retained as well, so that the retained one is known: it is the last.
  #pump() {
    while (!this.#isToStop && this.#client.isReady && this.#client.unacknowledged < WINDOW
      && this.#last < this.#countArrived(this.name) + LEAD) {
      this.#last += 1;
      this.#client.publish({ topic: this.name, payload: String(this.#last), qos: this.qos, retain: true });
    }
  }

  stop() {
    clearInterval(this.#timer);
    this.#isToStop = true;
  }

  // Lets everything that it has begun come to its end.
  async finish() {
    this.stop();
    await eventually(`${this.name} is through`, () => this.#client.unacknowledged === 0, { timeoutMs: 30_000 });
    assert.equal(this.acknowledged.size, this.#last);
  }
}

class Subscriber {
  #received = new Map(); // of topics: numbers, in the order in which they came
  client;

  constructor(port, index) {
    this.client = new DurableClient({
      port,
      clientId: `subscriber-${index}`,
      filter: 'messages/+',
      onMessage: ({ topic, payload, isRetained }) => {
        if (!isRetained)
          this.received(topic).push(Number(payload));
      },
    });
    this.client.come();
  }

  received(topic) {
    if (!this.#received.has(topic))
      this.#received.set(topic, []);
    return this.#received.get(topic);
  }
}

// Without those that are there again.
function firsts(numbers) {
  return [...new Set(numbers)];
}

function range(first, last) {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}

async function comeAndGo(subscribers, random, isOver) {
  while (!isOver()) {
    const { client } = subscribers[random(subscribers.length)];
    await client.leave();
    await delay(random(200));
    client.come();
    await delay(random(200));
  }
}

// The whole log, and that no number in it stands for two messages, now or ever.
async function readLog(broker, known) {
  const log = [];
  for (let after = 0, more = true; more; after = log.at(-1).seq) {
    const url = new URL(`api/messages?topic=${encodeURIComponent('messages/+')}&limit=${PAGE}&after=${after}`, broker.url);
    const answer = await (await fetch(url)).json();
    log.push(...answer.messages);
    more = answer.more;
  }
  for (const { seq, topic, payload } of log) {
    const message = `${topic} ${payload}`;
    assert.equal(known.get(seq) ?? message, message, `the number ${seq} stands for two messages`);
    known.set(seq, message);
  }
  return log;
}

async function check({ publishers, subscribers, broker, known }) {
  const retained = new Map();
  const late = new DurableClient({
    port: broker.mqttPort,
    clientId: `late-${known.size}`,
    filter: 'messages/+',
    onMessage: ({ topic, payload, isRetained }) => isRetained && retained.set(topic, Number(payload)),
  });
  late.come();
  await eventually('the retained messages come', () => retained.size === publishers.length);
  await late.leave();

  const log = await readLog(broker, known);
  for (const { name, qos, acknowledged } of publishers) {
    const all = range(1, acknowledged.size);
    assert.equal(retained.get(name), acknowledged.size, `what is retained in ${name}`);
    const logged = log.filter(({ topic }) => topic === name).map(({ payload }) => Number(payload));
    assert.deepEqual(qos === 2 ? logged : firsts(logged), all, `the log of ${name}`);
    for (const subscriber of subscribers) {
      const received = subscriber.received(name);
      const who = `${subscriber.client.clientId} of ${name}`;
      await eventually(`${who} has everything`, () => new Set(received).size >= all.length);
      assert.deepEqual(qos === 2 ? received : firsts(received), all, who);
    }
  }
}

test('a client that leaves before it is let in does not come in any more', async (t) => {
  const server = net.createServer().listen(0, '127.0.0.1');
  t.after(() => server.close());
  await once(server, 'listening');
  const client = new DurableClient({ port: server.address().port, clientId: 'early' });
  client.come();
  const [socket] = await once(server, 'connection');
  await once(socket, 'data'); // its CONNECT
  const left = client.leave();
  socket.on('error', () => {}); // it may be gone
  socket.write(Buffer.from([0x20, 2, 0, 0]));
  await left;
  assert.equal(client.isReady, false);
}, { timeoutMs: 5_000 });

async function endRandomly(broker, random, isGentle) {
  // Some while it starts, most while it works.
  await delay(random(5) === 0 ? random(30) : 30 + random(LIFE_MS));
  await (isGentle ? broker.stop() : broker.kill());
}

for (const [name, isGentle] of [['SIGKILL', false], ['SIGTERM', true]]) {
  test(`${rounds} times ${name}: what was acknowledged arrives, at QoS 2 once`, async (t) => {
    note(`HUBBUB_SEED=${seed}`);
    const random = makeRandom(seed);
    const broker = await startBroker(t, {
      isPersistent: true,
      lines: ['max_queued_messages 0', 'max_queued_bytes 0', 'record messages/#'],
    });
    const subscribers = range(1, 3).map((index) => new Subscriber(broker.mqttPort, index));
    await eventually('they have subscribed', () => subscribers.every(({ client }) => client.isReady));
    const countArrived = (topic) => Math.min(...subscribers.map((subscriber) => subscriber.received(topic).length));
    const publishers = PUBLISHERS.map((qos, index) =>
      new Publisher({ port: broker.mqttPort, index: index + 1, qos, countArrived }));
    const everybody = [...subscribers, ...publishers].map(({ client }) => client);
    const known = new Map();
    let isOver = false;
    t.after(() => {
      publishers.forEach((publisher) => publisher.stop());
      return Promise.all(everybody.map((client) => client.leave()));
    });
    const moving = comeAndGo(subscribers.slice(1), random, () => isOver);

    for (let round = 0; round < rounds; round += 1) {
      await endRandomly(broker, random, isGentle);
      broker.launch();
      if (random(3) === 0) {
        await broker.untilListening();
        await readLog(broker, known);
      }
    }
    await broker.untilListening();
    isOver = true;
    await moving;
    for (const publisher of publishers)
      await publisher.finish();
    await check({ publishers, subscribers, broker, known });
    // And nothing of it was only in memory.
    await broker.kill();
    await broker.start();
    await check({ publishers, subscribers, broker, known });

    const faults = everybody.flatMap((client) => client.faults.map((fault) => `${client.clientId}: ${fault}`));
    assert.deepEqual(faults, []);
    note(`${publishers.reduce((sum, { acknowledged }) => sum + acknowledged.size, 0)} messages were acknowledged`);
  }, { timeoutMs: 120_000 + rounds * 5_000 });
}

await run();
