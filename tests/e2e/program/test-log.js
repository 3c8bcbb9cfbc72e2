// SPDX-License-Identifier: LGPL-2.1-or-later
//
// hubbub-broker as a program: the lines that it writes, as people know them from Mosquitto.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import net from 'node:net';

import { freePort } from '../support/broker.js';
import { eventually, run, test } from '../support/check.js';
import { hostWith, mqttPorts, writeConfig } from '../support/command-line.js';
import { mosquittoPub, subscribe } from '../support/mosquitto.js';
import { join, libraries } from '../support/mqttjs.js';

const version = process.env.HUBBUB_VERSION;

// The log without the times, ports of clients and addresses of this computer; each line must have a time.
function lines(broker) {
  const nowS = Date.now() / 1_000;
  return broker.errors.trimEnd().split('\n').map((line) => {
    const [, seconds, text] = /^(\d+): (.*)$/.exec(line) ?? assert.fail(`no time in '${line}'`);
    assert.ok(Math.abs(Number(seconds) - nowS) < 120, line);
    return text.replace(/127\.0\.0\.1:\d+/g, '127.0.0.1:PORT');
  }).filter((text) => !text.startsWith('Join from a browser: '));
}

async function untilLine(broker, text) {
  await eventually(`the log says '${text}'`, () => lines(broker).includes(text) || Promise.reject(new Error(broker.errors)));
}

const opening = (port) => mqttPorts(port)
  .map((one) => one.replace(/(\w+) (\d+)/, 'Opening $1 listen socket on port $2.'));

test('-v: the session of the post', async (t) => {
  const port = await freePort();
  const broker = await hostWith(t, ['-v', '-p', String(port)], []);
  await untilLine(broker, opening(port).at(-1));
  const subscriber = await subscribe(t, { mqttPort: port }, ['-i', 'listener', '-t', 'messages']);
  await mosquittoPub({ mqttPort: port }, ['-i', 'speaker', '-t', 'messages', '-m', 'This is my message!']);
  await untilLine(broker, 'Client speaker disconnected.');
  await subscriber.end();
  await untilLine(broker, 'Client listener disconnected.');
  broker.signal('SIGTERM');
  assert.equal(await broker.ended(), 0);
  assert.deepEqual(lines(broker), [
    `hubbub-broker version ${version} starting`,
    'Using default config.',
    ...opening(port),
    `New connection from 127.0.0.1:PORT on port ${port}.`,
    'New client connected from 127.0.0.1:PORT as listener (p4, c1, k60).',
    'No will message specified.',
    'Sending CONNACK to listener (0, 0)',
    'Received SUBSCRIBE from listener',
    '\tmessages (QoS 0)',
    'listener 0 messages',
    'Sending SUBACK to listener',
    `New connection from 127.0.0.1:PORT on port ${port}.`,
    'New client connected from 127.0.0.1:PORT as speaker (p4, c1, k60).',
    'No will message specified.',
    'Sending CONNACK to speaker (0, 0)',
    'Received PUBLISH from speaker (d0, q0, r0, m0, \'messages\', ... (19 bytes))',
    'Sending PUBLISH to listener (d0, q0, r0, m0, \'messages\', ... (19 bytes))',
    'Received DISCONNECT from speaker',
    'Client speaker disconnected.',
    'Received DISCONNECT from listener',
    'Client listener disconnected.',
    `hubbub-broker version ${version} terminating`,
  ]);
});

test('-v: a file, a browser\'s port, pings, acknowledgements, a will, a name', async (t) => {
  const port = await freePort();
  const file = await writeConfig(t, `listener ${port}\nprotocol websockets\n`);
  const broker = await hostWith(t, ['-v', '-c', file], []);
  await untilLine(broker, `Opening websockets listen socket on port ${port}.`);
  const client = await join(t, libraries['MQTT.js 3.0.0'], `ws://127.0.0.1:${port}`, {
    // It asks when nothing was said for so long, and is let go half of that later.
    clientId: 'mqttjs', username: 'ada', password: 'secret', clean: false, keepalive: 6,
    will: { topic: 'wills', payload: 'bye', qos: 2, retain: true },
  });
  await client.subscribe('messages', 1);
  await client.publish('messages', 'hello', { qos: 1 });
  await client.until('hello');
  await untilLine(broker, 'Received PUBACK from mqttjs (Mid: 1, RC:0)');
  await untilLine(broker, 'Received PINGREQ from mqttjs');
  await untilLine(broker, 'Sending PINGRESP to mqttjs');
  client.cut();
  await untilLine(broker, 'Client mqttjs closed its connection.');

  const said = lines(broker);
  for (const line of [
    `Config loaded from ${file}.`,
    'New client connected from 127.0.0.1:PORT as mqttjs (p4, c0, k6, u\'ada\').',
    'Will message specified (3 bytes) (r1, q2).',
    '\tmessages (QoS 1)',
    'mqttjs 1 messages',
    /^Received PUBLISH from mqttjs \(d0, q1, r0, m\d+, 'messages', \.\.\. \(5 bytes\)\)$/,
    'Sending PUBLISH to mqttjs (d0, q1, r0, m1, \'messages\', ... (5 bytes))',
    /^Sending PUBACK to mqttjs \(m\d+, rc0\)$/,
  ])
    assert.ok(said.some((one) => (line instanceof RegExp ? line.test(one) : line === one)), `${line}`);
  assert.doesNotMatch(broker.errors, /secret|hello|bye/, 'neither passwords nor what people write');
});

test('-v: who is no client', async (t) => {
  const port = await freePort();
  const broker = await hostWith(t, ['-v', '-p', String(port)], []);
  await untilLine(broker, opening(port).at(-1));
  const socket = net.connect(port, '127.0.0.1');
  t.after(() => socket.destroy());
  socket.on('error', () => {});
  socket.write(Buffer.from([0xc0, 0]));
  await once(socket, 'close');
  await eventually('the log says why it was closed',
    () => lines(broker).some((line) => /^Protocol error from 127\.0\.0\.1:PORT: .*CONNECT/.test(line)));
});

test('without -v: who comes and goes, and not each packet', async (t) => {
  const port = await freePort();
  const broker = await hostWith(t, ['-p', String(port)], []);
  await untilLine(broker, opening(port).at(-1));
  await mosquittoPub({ mqttPort: port }, ['-i', 'speaker', '-t', 'messages', '-m', 'This is my message!']);
  await untilLine(broker, 'Client speaker disconnected.');
  assert.deepEqual(lines(broker), [
    `hubbub-broker version ${version} starting`,
    'Using default config.',
    ...opening(port),
    `New connection from 127.0.0.1:PORT on port ${port}.`,
    'New client connected from 127.0.0.1:PORT as speaker (p4, c1, k60).',
    'Client speaker disconnected.',
  ]);
});

await run();
