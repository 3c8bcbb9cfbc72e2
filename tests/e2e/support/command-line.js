// SPDX-License-Identifier: LGPL-2.1-or-later
//
// hubbub-broker with a command line and a configuration file of a test's own.

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { networkInterfaces, tmpdir } from 'node:os';
import path from 'node:path';

import { canConnect, programName } from './broker.js';
import { eventually } from './check.js';
import { Program, runProgram } from './program.js';

// Where a computer has no IPv6, there is nothing that could listen on it.
export const hasIpv6 = Object.values(networkInterfaces()).flat().some(({ address }) => address === '::1');

// A folder that goes with the test.
export async function makeFolder(t) {
  const folder = await mkdtemp(path.join(tmpdir(), 'hubbub-test-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

// Writes a configuration file, text or bytes, and returns its path.
export async function writeConfig(t, content, name = 'mosquitto.conf') {
  const file = path.join(await makeFolder(t), name);
  await writeFile(file, content);
  return file;
}

// For command lines with which it does not stay: its exit status, and what it has written.
export function runBroker(t, args, options) {
  return runProgram(t, programName(), args, options);
}

// For command lines with which it hosts: returns once it listens on these ports.
export async function hostWith(t, args, ports, { host = '127.0.0.1', ...options } = {}) {
  const broker = new Program(t, programName(), args, options);
  await eventually(`hubbub-broker listens on ${ports}`, async () => !broker.isRunning ||
    (await Promise.all(ports.map((port) => canConnect(port, host)))).every(Boolean));
  if (!broker.isRunning)
    throw new Error(`hubbub-broker has ended: ${broker.errors}`);
  return broker;
}

// What its log says about ports: "ipv4 1883", "ipv6 1883", "websockets 9001".
export function openedPorts({ errors }) {
  return Array.from(errors.matchAll(/^\d+: Opening (\w+) listen socket on port (\d+)\.$/gm),
    ([, kind, port]) => `${kind} ${port}`);
}

// Waits until the log says that these ports are open, and no other.
export async function untilOpened(broker, ports) {
  await eventually(`hubbub-broker has opened ${ports.join(', ')}`, () => openedPorts(broker).join() === ports.join() ||
    Promise.reject(new Error(`it has opened ${openedPorts(broker).join(', ')}`)));
}

// All that it opens for MQTT on a port of all addresses.
export const mqttPorts = (port) => [`ipv4 ${port}`, ...(hasIpv6 ? [`ipv6 ${port}`] : [])];
