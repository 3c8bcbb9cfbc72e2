// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Debian's mosquitto_pub and mosquitto_sub: what is published arrives, as it was published.

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { networkInterfaces, tmpdir } from 'node:os';
import path from 'node:path';

import { freePort, startBroker } from '../support/broker.js';
import { eventually, run, test } from '../support/check.js';
import { mosquittoPub, startPublisher, subscribe } from '../support/mosquitto.js';
import { runProgram } from '../support/program.js';

const versions = ['mqttv31', 'mqttv311', 'mqttv5'];
const levels = [0, 1, 2];

// A command line takes less than what is sent here.
async function writeTemporary(t, data) {
  const folder = await mkdtemp(path.join(tmpdir(), 'hubbub-test-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const file = path.join(folder, 'payload');
  await writeFile(file, data);
  return file;
}

test('the first messages of the post', async (t) => {
  const broker = await startBroker(t);
  const heard = runProgram(t, 'mosquitto_sub',
    ['-p', String(broker.mqttPort), '-t', 'messages', '-v', '-C', '1']);
  await eventually('mosquitto_sub has subscribed', () => broker.output.includes('New client connected'));
  // It has connected, and may not have subscribed yet: a retained message waits for that.
  await mosquittoPub(broker, ['-t', 'messages', '-m', 'This is my message!', '-r']);
  assert.deepEqual(await heard, { status: 0, output: 'messages This is my message!\n', errors: '' });
});

for (const version of versions) {
  test(`${version}: each QoS published to each QoS granted: the lower one arrives`, async (t) => {
    const broker = await startBroker(t);
    const subscribers = await Promise.all(levels.map((granted) =>
      subscribe(t, broker, ['-V', version, '-q', String(granted), '-t', 'qos'])));
    for (const published of levels)
      await mosquittoPub(broker, ['-V', version, '-q', String(published), '-t', 'qos', '-m', `at ${published}`]);
    for (const granted of levels) {
      await subscribers[granted].untilCount(levels.length);
      assert.deepEqual(subscribers[granted].heard.map(({ payload, qos, isRetained }) => [`${payload}`, qos, isRetained]),
        levels.map((published) => [`at ${published}`, Math.min(published, granted), false]), `granted ${granted}`);
    }
  });

  test(`${version}: retained: set, replaced, cleared`, async (t) => {
    const broker = await startBroker(t);
    const publish = (...args) => mosquittoPub(broker, ['-V', version, '-t', 'weather/today', ...args]);
    const live = await subscribe(t, broker, ['-V', version, '-t', 'weather/+', '-q', '2']);
    const late = async () => {
      const subscriber = await subscribe(t, broker, ['-V', version, '-t', 'weather/+', '-q', '2']);
      // What is retained comes first: whatever there is, is here when this is.
      await mosquittoPub(broker, ['-V', version, '-t', 'weather/end', '-m', 'end']);
      await subscriber.until('end');
      await subscriber.end();
      return subscriber.heard.slice(0, -1).map(({ payload, qos, isRetained }) => [`${payload}`, qos, isRetained]);
    };

    assert.deepEqual(await late(), []);
    await publish('-r', '-q', '1', '-m', 'rain');
    assert.deepEqual(await late(), [['rain', 1, true]]);
    await publish('-m', 'not to be kept');
    assert.deepEqual(await late(), [['rain', 1, true]]);
    await publish('-r', '-q', '2', '-m', 'sun');
    assert.deepEqual(await late(), [['sun', 2, true]]);
    await publish('-r', '-n');
    assert.deepEqual(await late(), []);

    // Those who were there all the time see everything as it happened, the removal too; five ends are behind it.
    await eventually('it hears the last end', () => live.texts.filter((text) => text === 'end').length === 5);
    assert.deepEqual(live.heard.filter(({ topic }) => topic === 'weather/today')
      .map(({ payload, isRetained }) => [`${payload}`, isRetained]),
    [['rain', false], ['not to be kept', false], ['sun', false], ['', false]]);
  });

  test(`${version}: wildcards`, async (t) => {
    const broker = await startBroker(t);
    const filters = {
      '#': ['a', 'a/b', 'a/b/c', '/a', 'a/', 'b'],
      'a/#': ['a', 'a/b', 'a/b/c', 'a/'],
      '+': ['a', 'b'],
      'a/+': ['a/b', 'a/'],
      '+/+': ['a/b', '/a', 'a/'],
      '+/b/#': ['a/b', 'a/b/c'],
      '/+': ['/a'],
    };
    const subscribers = {};
    for (const filter of Object.keys(filters))
      subscribers[filter] = await subscribe(t, broker, ['-V', version, '-t', filter, '-t', 'end/of/test']);
    for (const topic of [...filters['#'], '$forbidden/a', 'end/of/test'])
      await mosquittoPub(broker, ['-V', version, '-t', topic, '-m', topic]);
    for (const [filter, expected] of Object.entries(filters)) {
      await subscribers[filter].until('end/of/test');
      assert.deepEqual(subscribers[filter].texts.filter((text) => text !== 'end/of/test'), expected, filter);
    }
  });
}

test('two filters of one client that match the same message: the higher QoS arrives, once', async (t) => {
  const broker = await startBroker(t);
  const subscriber = await subscribe(t, broker, ['-t', 'a/#', '-t', 'a/b', '-q', '2']);
  await mosquittoPub(broker, ['-t', 'a/b', '-q', '2', '-m', 'both']);
  await mosquittoPub(broker, ['-t', 'a/c', '-q', '2', '-m', 'end']);
  await subscriber.until('end');
  assert.deepEqual(subscriber.heard.map(({ topic, qos }) => [topic, qos]), [['a/b', 2], ['a/c', 2]]);
});

test('a topic is left, and nothing of it comes any more', async (t) => {
  const broker = await startBroker(t);
  const session = ['-i', 'leaver', '-c', '-q', '1'];
  await (await subscribe(t, broker, [...session, '-t', 'a', '-t', 'b'])).end();
  await mosquittoPub(broker, ['-q', '1', '-t', 'a', '-m', 'queued before']);
  const left = await subscribe(t, broker, [...session, '-t', 'b', '-U', 'a']);
  await eventually('the broker has heard', () => /received UNSUBACK/.test(left.output));
  await mosquittoPub(broker, ['-q', '1', '-t', 'a', '-m', 'too late']);
  await mosquittoPub(broker, ['-q', '1', '-t', 'b', '-m', 'end']);
  await left.until('end');
  assert.deepEqual(left.texts, ['queued before', 'end']);
});

for (const qos of levels) {
  // Fewer than what waits for a client that is slower: at QoS 1 and 2 nothing may be missing.
  const count = qos === 0 ? 5_000 : 900;

  test(`${count} lines at QoS ${qos}: all of them, in their order`, async (t) => {
    const broker = await startBroker(t);
    const subscriber = await subscribe(t, broker, ['-t', 'lines', '-q', String(qos)]);
    const lines = Array.from({ length: count }, (unused, i) => `line ${i}`);
    await mosquittoPub(broker, ['-t', 'lines', '-q', String(qos), '-l'], `${lines.join('\n')}\n`);
    await subscriber.untilCount(count, { timeoutMs: 20_000 });
    assert.deepEqual(subscriber.texts, lines);
  });
}

for (const qos of levels) {
  test(`300 KB of arbitrary bytes at QoS ${qos}`, async (t) => {
    const broker = await startBroker(t);
    const payload = randomBytes(300_000);
    const subscriber = await subscribe(t, broker, ['-t', 'large', '-q', String(qos)]);
    await mosquittoPub(broker, ['-t', 'large', '-q', String(qos), '-f', await writeTemporary(t, payload)]);
    await subscriber.untilCount(1);
    assert.ok(subscriber.heard[0].payload.equals(payload));
  });
}

test('the largest packet passes; one byte more costs its sender the connection, and nobody else', async (t) => {
  const broker = await startBroker(t);
  // Beside the payload: the type, three bytes of length, two more of the topic's length, and the topic.
  const largest = 2_000_000 - 1 - 3 - 2 - 'large'.length;
  const subscriber = await subscribe(t, broker, ['-t', '#']);
  const send = async (size) => {
    const file = await writeTemporary(t, Buffer.alloc(size, 'x'));
    return runProgram(t, 'mosquitto_pub', ['-p', String(broker.mqttPort), '-t', 'large', '-q', '0', '-f', file]);
  };
  await send(largest);
  await subscriber.untilCount(1);
  assert.equal(subscriber.heard[0].payload.length, largest);
  await send(largest + 1);
  await eventually('the broker says why', () => /Protocol error from .*: packet of 2000001 bytes, at most 2000000/.test(broker.output));
  await mosquittoPub(broker, ['-t', 'end', '-m', 'end']);
  await subscriber.until('end');
  assert.equal(subscriber.heard.length, 2);
});

test('an empty payload is a message', async (t) => {
  const broker = await startBroker(t);
  const subscriber = await subscribe(t, broker, ['-t', 'empty', '-q', '1']);
  await mosquittoPub(broker, ['-t', 'empty', '-q', '1', '-n']);
  await subscriber.untilCount(1);
  assert.deepEqual(subscriber.heard, [{ topic: 'empty', payload: Buffer.alloc(0), qos: 1, isRetained: false }]);
});

test('topics in all scripts, with blanks, and as long as they may be', async (t) => {
  const broker = await startBroker(t);
  const topics = [
    'Straße/Zimmer 3', 'قهوة/☕', '部屋/🏠', ' leading and trailing ', 'e\u0301', '\u00e9', 'CASE', 'case', '\ufeffbom',
    '/', '//', `long/${'ü'.repeat(32_765)}`,
  ];
  const subscriber = await subscribe(t, broker, ['-t', '#', '-q', '1']);
  for (const topic of topics)
    await mosquittoPub(broker, ['-q', '1', '-t', topic, '-m', topic.slice(0, 10)]);
  await subscriber.untilCount(topics.length);
  assert.deepEqual(subscriber.heard.map(({ topic }) => topic), topics);

  // Each is what it says, and not what looks like it.
  const exact = await subscribe(t, broker, ['-t', '\u00e9', '-t', 'Straße/Zimmer 3']);
  for (const topic of ['e\u0301', '\u00e9', 'straße/Zimmer 3', 'Straße/Zimmer 3'])
    await mosquittoPub(broker, ['-t', topic, '-m', topic]);
  await exact.until('Straße/Zimmer 3');
  assert.deepEqual(exact.heard.map(({ topic }) => topic), ['\u00e9', 'Straße/Zimmer 3']);
});

// Where this computer has no IPv6, there is nothing that could listen on it.
if (Object.values(networkInterfaces()).flat().some(({ address }) => address === '::1')) {
  test('IPv6 and IPv4 meet', async (t) => {
    const port = await freePort();
    const broker = await startBroker(t, { lines: [`listener ${port} ::1`] });
    const v6 = { mqttPort: port, host: '::1' };
    const subscribers = [await subscribe(t, broker, ['-t', 'meet']), await subscribe(t, v6, ['-t', 'meet'])];
    await mosquittoPub(broker, ['-t', 'meet', '-m', 'from IPv4']);
    await mosquittoPub(v6, ['-t', 'meet', '-m', 'from IPv6']);
    for (const subscriber of subscribers) {
      await subscriber.until('from IPv6');
      assert.deepEqual(subscriber.texts, ['from IPv4', 'from IPv6']);
    }
    assert.match(broker.output, /New client connected from \[::1\]:\d+ as /);
  });
}

test('the broker\'s own topics: others cannot publish there, and the wildcards leave them out', async (t) => {
  const broker = await startBroker(t);
  const subscriber = await subscribe(t, broker, ['-t', '#']);
  // Nobody but the broker publishes there: mosquitto_pub hears nothing of it, as MQTT 3.1.1 wants it.
  await mosquittoPub(broker, ['-q', '1', '-t', '$SYS/broker/uptime', '-m', 'forged', '-r']);
  await mosquittoPub(broker, ['-q', '2', '-t', '$anything/else', '-m', 'forged', '-r']);
  const spy = await subscribe(t, broker, ['-t', '$SYS/#', '-t', '$anything/#', '-t', 'end']);
  await mosquittoPub(broker, ['-t', 'end', '-m', 'end']);
  await spy.until('end');
  await subscriber.until('end');
  assert.deepEqual(spy.heard.filter(({ payload }) => payload.toString() === 'forged'), []);
  assert.deepEqual(subscriber.texts, ['end']);
});

test('a publisher that stays connected while others come and go', async (t) => {
  const broker = await startBroker(t);
  const publisher = await startPublisher(t, broker, ['-t', 'diary', '-q', '1']);
  publisher.write('nobody hears this\n');
  await eventually('it is acknowledged all the same', () => /received PUBACK/.test(publisher.output));
  const first = await subscribe(t, broker, ['-t', 'diary']);
  publisher.write('the first hears this\n');
  await first.until('the first hears this');
  await first.kill();
  const second = await subscribe(t, broker, ['-t', 'diary']);
  publisher.write('the second hears this\n');
  await second.until('the second hears this');
  await publisher.end();
  assert.deepEqual(first.texts, ['the first hears this']);
  assert.deepEqual(second.texts, ['the second hears this']);
});

await run();
