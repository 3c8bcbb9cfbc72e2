// SPDX-License-Identifier: LGPL-2.1-or-later
//
// A hubbub-broker of a test's own, on free loopback ports.

import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { eventually } from './check.js';
import { Program } from './program.js';

// Below the ports that systems give to outgoing connections, of which there may be many at any moment: one of those is
// easily taken before the broker listens there. Below these are the ones of the tests in C.
const FIRST_PORT = 15000;
const LAST_PORT = 32767;

// A port is free between the moment in which it is chosen and that in which a broker listens there, and while the broker is
// started again. So each process has ports that no other one chooses from: who listens on the first of them has them all.
const PORTS = 64;
let block = null;

async function listenOn(port, host) {
  const server = net.createServer();
  try {
    await once(server.listen(port, host), 'listening');
    return server;
  } catch (error) {
    if (error.code !== 'EADDRINUSE')
      throw error;
    return null;
  }
}

async function takeBlock() {
  for (;;) {
    const first = FIRST_PORT + PORTS * randomInt(Math.floor((LAST_PORT + 1 - FIRST_PORT) / PORTS));
    const guard = await listenOn(first, '127.0.0.1');
    if (guard !== null) {
      guard.unref();
      return { first, used: 0 };
    }
  }
}

// A port that is free on all addresses of this computer.
export async function freePort() {
  block ??= takeBlock();
  const ports = await block;
  for (;;) {
    const port = ports.first + 1 + ports.used++ % (PORTS - 1);
    const server = await listenOn(port);
    if (server !== null) {
      await once(server.close(), 'close');
      return port;
    }
  }
}

export async function canConnect(port, host = '127.0.0.1') {
  const socket = net.connect(port, host);
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

export function programName() {
  const program = process.env.HUBBUB_BROKER;
  if (!program)
    throw new Error('HUBBUB_BROKER does not name a hubbub-broker');
  return program;
}

class Broker {
  #folder;
  // One after the other.
  #programs = [];

  constructor(folder, mqttPort, httpPort) {
    this.#folder = folder;
    this.mqttPort = mqttPort;
    this.httpPort = httpPort;
    this.url = `http://127.0.0.1:${httpPort}/`;
  }

  get #program() {
    return this.#programs.at(-1);
  }

  // What it has written.
  get output() {
    return this.#programs.map(({ output, errors }) => output + errors).join('');
  }

  // Starts it, and does not wait for it.
  launch() {
    this.#programs.push(new Program(null, programName(), ['-c', path.join(this.#folder, 'broker.conf')]));
  }

  async start() {
    this.launch();
    await this.untilListening();
  }

  async untilListening() {
    const program = this.#program;
    await eventually('the broker listens', async () => !program.isRunning ||
      (await canConnect(this.mqttPort) && (this.httpPort === 0 || await canConnect(this.httpPort))));
    if (!program.isRunning)
      throw new Error(`the broker ended: ${this.output}`);
  }

  // As a power cut would.
  async kill() {
    if (this.#program?.isRunning)
      await this.#program.kill();
  }

  // In order.
  async stop() {
    this.thaw();
    this.#program.signal('SIGTERM');
    await this.#program.ended();
  }

  // Its sockets stay open, but nothing is answered.
  async freeze() {
    await this.#program.freeze();
  }

  thaw() {
    this.#program.thaw();
  }

  async close() {
    await this.kill();
    await rm(this.#folder, { recursive: true, force: true });
  }
}

// Starts a broker that ends with the test; `lines` are added to its configuration. Without HTTP it has a port for MQTT alone.
export async function startBroker(t, { lines = [], isPersistent = false, withoutHttp = false } = {}) {
  const [mqttPort, httpPort] = [await freePort(), withoutHttp ? 0 : await freePort()];
  const folder = await mkdtemp(path.join(tmpdir(), 'hubbub-test-'));
  const broker = new Broker(folder, mqttPort, httpPort);
  t.after(() => broker.close());
  await writeFile(path.join(folder, 'broker.conf'), [
    `listener ${mqttPort} 127.0.0.1`,
    ...withoutHttp ? [] : [`listener ${httpPort} 127.0.0.1`, 'protocol websockets'],
    ...isPersistent ? ['persistence true', `persistence_location ${folder}`] : [],
    ...lines,
    '',
  ].join('\n'));
  await broker.start();
  return broker;
}
