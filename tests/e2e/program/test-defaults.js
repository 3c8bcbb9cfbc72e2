// SPDX-License-Identifier: LGPL-2.1-or-later
//
// hubbub-broker as a program: without a word on its command line. Its usual ports may be taken on this computer, so it
// gets a network of its own where the system allows that.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';

import { programName } from '../support/broker.js';
import { eventually, run, test } from '../support/check.js';
import { openedPorts } from '../support/command-line.js';
import { Program, runProgram } from '../support/program.js';

// How root and anybody else make a network, and how to get into that of a process.
const networks = [
  { make: ['unshare', '--net'], enter: ['--net'] },
  { make: ['unshare', '--net', '--user', '--map-root-user'], enter: ['--net', '--user', '--preserve-credentials'] },
];
const setUp = 'PATH=$PATH:/usr/sbin:/sbin; ip link set lo up && exec "$@"';
const network = networks.find(({ make: [command, ...args] }) =>
  spawnSync(command, [...args, 'sh', '-c', setUp, 'sh', 'true']).status === 0);

const usualPorts = /^(ipv4|ipv6) 1883 (ipv6 1883 )?websockets 9001$/;

if (network) {
  test('without -c and -p: MQTT on 1883, browsers on 9001', async (t) => {
    const [command, ...args] = network.make;
    const broker = new Program(t, command, [...args, 'sh', '-c', setUp, 'sh', programName()]);
    await eventually('it has opened its ports', () => usualPorts.test(openedPorts(broker).join(' ')));
    assert.match(broker.errors, /^\d+: Using default config\.$/m);

    const inside = (...words) => runProgram(t, 'nsenter', ['--target', String(broker.pid), ...network.enter, ...words]);
    const heard = inside('mosquitto_sub', '-t', 'messages', '-C', '1');
    await eventually('somebody listens', () => broker.errors.includes('New client connected'));
    // Retained, in case that one has not subscribed yet.
    assert.equal((await inside('mosquitto_pub', '-t', 'messages', '-m', 'on the usual port', '-r')).status, 0);
    assert.equal((await heard).output, 'on the usual port\n');
    const fetched = await inside(process.execPath, '-e',
      'fetch("http://127.0.0.1:9001/").then(async (answer) => console.log(answer.status, await answer.text()))');
    assert.match(fetched.output, /^200 <!DOCTYPE html>/i);

    broker.signal('SIGTERM');
    assert.equal(await broker.ended(), 0);
  });
} else {
  test('without -c and -p: it hosts on 1883 and 9001, or says which of them is taken', async (t) => {
    const broker = new Program(t, programName(), []);
    await eventually('it hosts, or has ended', () => !broker.isRunning || usualPorts.test(openedPorts(broker).join(' ')));
    if (broker.isRunning)
      return;
    assert.equal(await broker.ended(), 1);
    assert.match(broker.errors, /^hubbub-broker: .*\b(1883|9001)\b.*: Address already in use$/m);
  });
}

await run();
