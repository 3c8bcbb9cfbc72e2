// SPDX-License-Identifier: LGPL-2.1-or-later
//
// A hubbub-broker of a test's own, on free loopback ports.

import { spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { eventually, note } from './check.js';
import { freezeProcess } from './program.js';

// A test that is cut short leaves no broker behind.
const running = new Set();
process.on('exit', () => running.forEach((child) => child.kill('SIGKILL')));

// Below the ports that systems give to outgoing connections, of which there may be many at any moment: one of those is
// easily taken before the broker listens there.
const FIRST_PORT = 15000;
const LAST_PORT = 32767;

// A port that is free on all addresses of this computer.
export async function freePort() {
  for (;;) {
    const server = net.createServer();
    const port = randomInt(FIRST_PORT, LAST_PORT + 1);
    try {
      await once(server.listen(port), 'listening');
    } catch (error) {
      if (error.code !== 'EADDRINUSE')
        throw error;
      continue;
    }
    await once(server.close(), 'close');
    return port;
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

class Broker {
  #folder;
  #process = null;
  #error = null;
  #output = '';

  constructor(folder, mqttPort, httpPort) {
    this.#folder = folder;
    this.mqttPort = mqttPort;
    this.httpPort = httpPort;
    this.url = `http://127.0.0.1:${httpPort}/`;
  }

  // What it has written.
  get output() {
    return this.#output;
  }

  // Starts it, and does not wait for it.
  launch() {
    const program = process.env.HUBBUB_BROKER;
    if (!program)
      throw new Error('HUBBUB_BROKER does not name a hubbub-broker');
    const child = spawn(program, ['-c', path.join(this.#folder, 'broker.conf')],
      { stdio: ['ignore', 'pipe', 'pipe'] });
    this.#process = child;
    running.add(child);
    child.on('exit', () => running.delete(child));
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (data) => { this.#output += data; });
    child.on('error', (reason) => { this.#error = reason; });
  }

  async start() {
    this.launch();
    await this.untilListening();
  }

  async untilListening() {
    const child = this.#process;
    await eventually('the broker listens', async () => {
      if (this.#error !== null || child.exitCode !== null || child.signalCode !== null)
        throw this.#error ?? new Error(`the broker ended: ${this.#output}`);
      return await canConnect(this.mqttPort) && (this.httpPort === 0 || await canConnect(this.httpPort));
    });
  }

  async #end(signal) {
    const child = this.#process;
    this.#process = null;
    if (child === null || child.exitCode !== null || child.signalCode !== null)
      return;
    const ended = once(child, 'exit');
    child.kill('SIGCONT');
    child.kill(signal);
    await ended;
  }

  // As a power cut would.
  async kill() {
    await this.#end('SIGKILL');
  }

  // In order.
  async stop() {
    await this.#end('SIGTERM');
  }

  // Its sockets stay open, but nothing is answered.
  async freeze() {
    await freezeProcess(this.#process);
  }

  thaw() {
    this.#process.kill('SIGCONT');
  }

  async close() {
    await this.kill();
    await rm(this.#folder, { recursive: true, force: true });
  }

  explain() {
    if (this.#output !== '')
      note(`the broker said:\n${this.#output}`);
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
