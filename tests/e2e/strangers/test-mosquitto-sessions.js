// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Debian's mosquitto_pub and mosquitto_sub: those who are away, and those who do not come back.

import assert from 'node:assert/strict';

import { startBroker } from '../support/broker.js';
import { eventually, run, startClock, test } from '../support/check.js';
import { mosquittoPub, startPublisher, subscribe } from '../support/mosquitto.js';

const versions = ['mqttv31', 'mqttv311', 'mqttv5'];
const levels = [0, 1, 2];

const willOf = (text, ...args) => ['--will-topic', 'wills', '--will-payload', text, ...args];

// Waits until whatever was on its way to `subscriber` before is there.
async function settle(broker, subscriber) {
  const text = `settled ${subscriber.heard.length}`;
  await mosquittoPub(broker, ['-t', 'wills', '-m', text]);
  await subscriber.until(text);
}

const withoutSettled = (texts) => texts.filter((text) => !text.startsWith('settled '));

for (const version of versions) {
  test(`${version}: the wills of those who are killed, at each QoS`, async (t) => {
    const broker = await startBroker(t);
    const mourner = await subscribe(t, broker, ['-t', 'wills', '-q', '2']);
    for (const qos of levels) {
      const sub = await subscribe(t, broker,
        ['-V', version, '-t', 'other', ...willOf(`sub at ${qos}`, '--will-qos', String(qos))]);
      await sub.kill();
      await mourner.until(`sub at ${qos}`);
      const pub = await startPublisher(t, broker,
        ['-V', version, '-t', 'other', ...willOf(`pub at ${qos}`, '--will-qos', String(qos))]);
      await pub.kill();
      await mourner.until(`pub at ${qos}`);
    }
    assert.deepEqual(mourner.heard.map(({ payload, qos, isRetained }) => [`${payload}`, qos, isRetained]),
      levels.flatMap((qos) => [[`sub at ${qos}`, qos, false], [`pub at ${qos}`, qos, false]]));
  });

  test(`${version}: who leaves in order has no will, unless it asks for that`, async (t) => {
    const broker = await startBroker(t);
    const mourner = await subscribe(t, broker, ['-t', 'wills']);
    const sub = await subscribe(t, broker, ['-V', version, '-t', 'other', ...willOf('of sub')]);
    const pub = await startPublisher(t, broker, ['-V', version, '-t', 'other', ...willOf('of pub')]);
    await sub.end();
    await pub.end();
    await settle(broker, mourner);
    // In 5.0 mosquitto_sub leaves with the wish that its will be published.
    assert.deepEqual(withoutSettled(mourner.texts), version === 'mqttv5' ? ['of sub'] : []);
  });

  test(`${version}: who was away gets what was published at QoS 1 and 2`, async (t) => {
    const broker = await startBroker(t);
    const session = ['-V', version, '-i', 'sleeper', '-c', '-t', 'news', '-q', '2'];
    await (await subscribe(t, broker, session)).end();
    for (const qos of levels)
      await mosquittoPub(broker, ['-t', 'news', '-q', String(qos), '-m', `at ${qos}`]);
    await mosquittoPub(broker, ['-t', 'elsewhere', '-q', '2', '-m', 'not for the sleeper']);

    const back = await subscribe(t, broker, session);
    await back.until('at 2');
    await mosquittoPub(broker, ['-t', 'news', '-q', '1', '-m', 'live']);
    await back.until('live');
    assert.deepEqual(back.heard.map(({ payload, qos }) => [`${payload}`, qos]), [['at 1', 1], ['at 2', 2], ['live', 1]]);

    // What has arrived does not come again.
    await back.end();
    const again = await subscribe(t, broker, session);
    await mosquittoPub(broker, ['-t', 'news', '-q', '1', '-m', 'end']);
    await again.until('end');
    assert.deepEqual(again.texts, ['end']);
  });

  test(`${version}: who comes with a clean session leaves the old one behind`, async (t) => {
    const broker = await startBroker(t);
    const id = ['-V', version, '-i', 'sleeper', '-q', '1'];
    await (await subscribe(t, broker, [...id, '-c', '-t', 'news'])).end();
    await mosquittoPub(broker, ['-t', 'news', '-q', '1', '-m', 'of the old session']);
    await (await subscribe(t, broker, [...id, '-t', 'other'])).end();
    await mosquittoPub(broker, ['-t', 'news', '-q', '1', '-m', 'for nobody']);

    const back = await subscribe(t, broker, [...id, '-c', '-t', 'other']);
    await mosquittoPub(broker, ['-t', 'news', '-q', '1', '-m', 'still for nobody']);
    await mosquittoPub(broker, ['-t', 'other', '-q', '1', '-m', 'end']);
    await back.until('end');
    assert.deepEqual(back.texts, ['end']);
  });
}

test('a retained will is there for those who come later', async (t) => {
  const broker = await startBroker(t);
  const sub = await subscribe(t, broker, ['-t', 'other', ...willOf('gone', '--will-retain', '--will-qos', '1')]);
  const mourner = await subscribe(t, broker, ['-t', 'wills', '-q', '1']);
  await sub.kill();
  await mourner.until('gone');
  const late = await subscribe(t, broker, ['-t', 'wills', '-q', '1']);
  await late.until('gone');
  assert.deepEqual([mourner, late].map(({ heard }) => heard[0].isRetained), [false, true]);
});

test('a will to a topic of the broker\'s own reaches nobody', async (t) => {
  const broker = await startBroker(t);
  const mourner = await subscribe(t, broker, ['-t', '$SYS/#', '-t', 'wills']);
  const sub = await subscribe(t, broker,
    ['-t', 'other', '--will-topic', '$SYS/broker/version', '--will-payload', 'forged', '--will-retain']);
  await sub.kill();
  await eventually('the broker has noticed', () => /closed its connection/.test(broker.output));
  await settle(broker, mourner);
  const late = await subscribe(t, broker, ['-t', '$SYS/#', '-t', 'wills']);
  await settle(broker, late);
  assert.ok(![...mourner.texts, ...late.texts].includes('forged'));
});

test('the will of a client that is frozen: when it has been silent for one and a half keep-alives', async (t) => {
  const broker = await startBroker(t);
  const mourner = await subscribe(t, broker, ['-t', 'wills']);
  const beforeMs = performance.now();
  // The shortest that mosquitto_sub accepts.
  const sub = await subscribe(t, broker, ['-t', 'other', '-k', '5', ...willOf('frozen')]);
  const readClock = startClock();
  await sub.freeze();
  await mourner.until('frozen', { timeoutMs: 15_000 });
  const frozenMs = readClock();
  // Its last packet was sent between the two moments.
  const tookMs = performance.now() - beforeMs;
  assert.ok(tookMs > 7_500 && frozenMs < 12_000, `${tookMs} ms, ${frozenMs} ms of them frozen`);
  assert.match(broker.output, /has exceeded timeout, disconnecting\./);
  sub.thaw();
});

test('a client that is silent, and lives, stays', async (t) => {
  const broker = await startBroker(t);
  const mourner = await subscribe(t, broker, ['-t', 'wills']);
  // It asks up to a second late; it has half a keep-alive for that, and for what keeps it from its work.
  const sub = await subscribe(t, broker, ['-t', 'other', '-k', '10', ...willOf('never')]);
  await eventually('it has asked twice whether the broker is there',
    () => sub.output.match(/received PINGRESP/g)?.length >= 2 || Promise.reject(new Error(sub.output + broker.output)),
    { timeoutMs: 30_000 });
  await settle(broker, mourner);
  assert.deepEqual(withoutSettled(mourner.texts), []);
});

for (const qos of [1, 2]) {
  test(`messages at QoS ${qos} on their way to a client that is killed come again, each once, in their order`, async (t) => {
    const broker = await startBroker(t);
    const session = ['-i', 'victim', '-c', '-t', 'work', '-q', String(qos)];
    const victim = await subscribe(t, broker, session);
    await victim.freeze();
    // More than are sent without an acknowledgement, so that some are under way and some wait.
    const texts = Array.from({ length: 60 }, (unused, i) => `piece ${i}`);
    await mosquittoPub(broker, ['-t', 'work', '-q', String(qos), '-l'], `${texts.join('\n')}\n`);
    await victim.kill();
    assert.deepEqual(victim.texts, []);

    const back = await subscribe(t, broker, session);
    await back.until(texts.at(-1));
    assert.deepEqual(back.texts, texts);
  });
}

test('the queue of a sleeper: a thousand messages, and what comes then is dropped', async (t) => {
  const broker = await startBroker(t);
  const session = ['-i', 'sleeper', '-c', '-t', 'news', '-q', '1'];
  await (await subscribe(t, broker, session)).end();
  const texts = Array.from({ length: 1_001 }, (unused, i) => `news ${i}`);
  await mosquittoPub(broker, ['-t', 'news', '-q', '1', '-l'], `${texts.join('\n')}\n`);
  const back = await subscribe(t, broker, session);
  await mosquittoPub(broker, ['-t', 'news', '-q', '1', '-m', 'end']);
  await back.until('end', { timeoutMs: 20_000 });
  assert.deepEqual(back.texts, [...texts.slice(0, 1_000), 'end']);
  assert.match(broker.output, /Outgoing messages are being dropped for client sleeper\./);
});

test('a stop of the broker: the wills of those who are there are published before', async (t) => {
  const broker = await startBroker(t);
  const mourner = await subscribe(t, broker, ['-t', 'wills', '-q', '1']);
  await startPublisher(t, broker, ['-t', 'other', ...willOf('of the one who stayed')]);
  await broker.stop();
  await mourner.until('of the one who stayed');
});

test('a client comes back by itself when the broker does', async (t) => {
  const broker = await startBroker(t);
  const sub = await subscribe(t, broker, ['-t', 'news', '-q', '1']);
  await broker.kill();
  await broker.start();
  await eventually('it is back', () => sub.output.match(/^Subscribed/gm)?.length >= 2, { timeoutMs: 15_000 });
  await mosquittoPub(broker, ['-t', 'news', '-q', '1', '-m', 'after the restart']);
  await sub.until('after the restart');
});

await run();
