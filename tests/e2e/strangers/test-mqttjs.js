// SPDX-License-Identifier: LGPL-2.1-or-later
//
// MQTT.js under node: the version that the post pins and today's, over TCP and WebSocket, in all protocols.

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import net from 'node:net';

import { startBroker } from '../support/broker.js';
import { eventually, run, test } from '../support/check.js';
import { forEachWay } from '../support/mqttjs.js';
import { joinStranger } from '../support/strangers.js';

const levels = [0, 1, 2];

// A port that leads to the HTTP port of a broker, and what both sides began with.
async function listenBetween(t, broker) {
  const said = ['', ''];
  const server = net.createServer((client) => {
    const host = net.connect(broker.httpPort, '127.0.0.1');
    for (const [i, from, to] of [[0, client, host], [1, host, client]]) {
      from.on('data', (data) => { said[i] += data.toString('latin1'); });
      from.on('error', () => to.destroy());
      from.pipe(to);
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => { server.close(); });
  const heads = () => said.map((text) => text.split('\r\n\r\n')[0].replaceAll('\r', ''));
  return { httpPort: server.address().port, heads };
}

forEachWay((name, join, { wayName, protocolVersion }) => {
  test(`${name}: each QoS published to each QoS granted`, async (t) => {
    const broker = await startBroker(t);
    const publisher = await join(t, broker);
    const subscribers = [];
    for (const granted of levels) {
      subscribers.push(await join(t, broker));
      assert.deepEqual(await subscribers[granted].subscribe(['qos', 'more/#'], granted), [granted, granted]);
    }
    for (const published of levels)
      await publisher.publish('qos', `at ${published}`, { qos: published });
    for (const granted of levels) {
      await subscribers[granted].untilCount(levels.length);
      assert.deepEqual(subscribers[granted].heard.map(({ payload, qos, isRetained }) => [`${payload}`, qos, isRetained]),
        levels.map((published) => [`at ${published}`, Math.min(published, granted), false]));
    }
  });

  test(`${name}: a subscription that is given up`, async (t) => {
    const broker = await startBroker(t);
    const client = await join(t, broker);
    await client.subscribe(['a', 'b'], 1);
    await client.publish('a', 'one', { qos: 1 });
    await client.unsubscribe('a');
    await client.publish('a', 'two', { qos: 1 });
    await client.publish('b', 'end', { qos: 1 });
    await client.until('end');
    assert.deepEqual(client.texts, ['one', 'end']);
  });

  test(`${name}: retained: set, replaced, cleared`, async (t) => {
    const broker = await startBroker(t);
    const publisher = await join(t, broker);
    const late = async () => {
      const client = await join(t, broker);
      await client.subscribe('weather', 2);
      await publisher.publish('weather', 'end', { qos: 1 });
      await client.until('end');
      await client.leave();
      return client.heard.slice(0, -1).map(({ payload, qos, isRetained }) => [`${payload}`, qos, isRetained]);
    };
    await publisher.publish('weather', 'rain', { qos: 1, retain: true });
    assert.deepEqual(await late(), [['rain', 1, true]]);
    await publisher.publish('weather', 'sun', { qos: 2, retain: true });
    assert.deepEqual(await late(), [['sun', 2, true]]);
    await publisher.publish('weather', '', { qos: 1, retain: true });
    assert.deepEqual(await late(), []);
  });

  test(`${name}: a will, when the connection breaks and not on leaving`, async (t) => {
    const broker = await startBroker(t);
    const mourner = await join(t, broker);
    await mourner.subscribe('wills', 2);
    const will = (payload) => ({ will: { topic: 'wills', payload, qos: 1, retain: true } });
    const leaver = await join(t, broker, will('of the one who left'));
    await leaver.leave();
    const victim = await join(t, broker, will('of the one who was cut off'));
    victim.cut();
    await mourner.until('of the one who was cut off');
    assert.deepEqual(mourner.texts, ['of the one who was cut off']);
    const late = await join(t, broker);
    await late.subscribe('wills', 1);
    await late.until('of the one who was cut off');
    assert.equal(late.heard[0].isRetained, true);
  });

  test(`${name}: a session goes on where it was`, async (t) => {
    const broker = await startBroker(t);
    const publisher = await join(t, broker);
    // In 5.0 it is not enough that a session is not clean: how long it stays has to be said.
    const session = { clientId: 'sleeper', clean: false, properties: { sessionExpiryInterval: 3_600 } };
    const first = await join(t, broker, session);
    assert.deepEqual(first.connects, [{ sessionPresent: false }]);
    await first.subscribe('news', 2);
    await first.leave();
    for (const qos of levels)
      await publisher.publish('news', `at ${qos}`, { qos });

    const back = await join(t, broker, session);
    assert.deepEqual(back.connects, [{ sessionPresent: true }]);
    await back.until('at 2');
    await publisher.publish('news', 'live', { qos: 1 });
    await back.until('live');
    assert.deepEqual(back.heard.map(({ payload, qos }) => [`${payload}`, qos]), [['at 1', 1], ['at 2', 2], ['live', 1]]);
    await back.leave();

    const clean = await join(t, broker, { ...session, clean: true });
    assert.deepEqual(clean.connects, [{ sessionPresent: false }]);
    await publisher.publish('news', 'for nobody', { qos: 1 });
    await clean.subscribe('end', 1);
    await publisher.publish('end', 'end', { qos: 1 });
    await clean.until('end');
    assert.deepEqual(clean.texts, ['end']);
  });

  test(`${name}: bytes that are no text, and none at all`, async (t) => {
    const broker = await startBroker(t);
    const client = await join(t, broker);
    await client.subscribe('bytes', 2);
    const payloads = [Buffer.from(Array.from({ length: 256 }, (unused, i) => i)), Buffer.from([0xff, 0xfe, 0, 0]), Buffer.alloc(0)];
    for (const payload of payloads)
      await client.publish('bytes', payload, { qos: 1 });
    await client.untilCount(payloads.length);
    assert.deepEqual(client.heard.map(({ payload }) => payload.toString('hex')), payloads.map((payload) => payload.toString('hex')));
  });

  test(`${name}: 300 KB at each QoS`, async (t) => {
    const broker = await startBroker(t);
    const client = await join(t, broker);
    await client.subscribe('large', 2);
    const payloads = levels.map(() => randomBytes(300_000));
    for (const qos of levels)
      await client.publish('large', payloads[qos], { qos });
    await client.untilCount(payloads.length);
    assert.ok(payloads.every((payload, i) => payload.equals(client.heard[i].payload)));
  });

  test(`${name}: 2,000 messages in a burst, all of them, in their order`, async (t) => {
    const broker = await startBroker(t);
    const [publisher, subscriber] = [await join(t, broker), await join(t, broker)];
    await subscriber.subscribe('burst', 1);
    const texts = Array.from({ length: 2_000 }, (unused, i) => `message ${i}`);
    // As many at a time as wait for one client: an acknowledgement does not mean that everybody has it already.
    for (let sent = 0; sent < texts.length; sent += 1_000) {
      await Promise.all(texts.slice(sent, sent + 1_000).map((text) => publisher.publish('burst', text, { qos: 1 })));
      await subscriber.untilCount(sent + 1_000);
    }
    assert.deepEqual(subscriber.texts, texts);
  });

  test(`${name}: back by itself when the broker is, with its subscriptions and what it had to say`, async (t) => {
    const broker = await startBroker(t);
    const client = await join(t, broker, { reconnectPeriod: 100 });
    await client.subscribe('news', 1);
    await broker.kill();
    await client.untilCloses(1);
    const published = client.publish('news', 'written meanwhile', { qos: 1 });
    await broker.start();
    await published;
    await client.untilConnects(2);
    const other = await join(t, broker);
    // Its subscription may be on the way still.
    await eventually('it hears again', async () => {
      await other.publish('news', 'after the restart', { qos: 1 });
      return client.texts.includes('after the restart');
    });
  });

  test(`${name}: a stop in order reaches the client, and its port is free at once`, async (t) => {
    const broker = await startBroker(t);
    const client = await join(t, broker, { reconnectPeriod: 100 });
    await broker.stop();
    await client.untilCloses(1);
    await broker.start();
    await client.untilConnects(2);
  });

  test(`${name}: a second client of the same name takes over`, async (t) => {
    const broker = await startBroker(t);
    const mourner = await join(t, broker);
    await mourner.subscribe('wills', 1);
    const will = { topic: 'wills', payload: 'of the first', qos: 1, retain: false };
    const first = await join(t, broker, { clientId: 'twin', will });
    const second = await join(t, broker, { clientId: 'twin' });
    await first.untilCloses(1);
    await mourner.until('of the first');
    await second.subscribe('still', 1);
    await second.publish('still', 'here', { qos: 1 });
    await second.until('here');
    assert.equal(second.closes, 0);
  });

  // What follows sets the protocol itself.
  if (protocolVersion === 5)
    return;

  test(`${name}: protocol 3.1`, async (t) => {
    const broker = await startBroker(t);
    const client = await join(t, broker, { protocolId: 'MQIsdp', protocolVersion: 3 });
    await client.subscribe('old', 2);
    for (const qos of levels)
      await client.publish('old', `at ${qos}`, { qos });
    await client.untilCount(levels.length);
    assert.deepEqual(client.heard.map(({ qos }) => qos), levels);
    assert.match(broker.output, /New client connected from .* \(p3, /);
  });

  if (wayName !== 'TCP') {
    for (const [subprotocol, options] of Object.entries({
      'mqtt': {},
      'mqttv3.1': { protocolId: 'MQIsdp', protocolVersion: 3 },
    })) {
      test(`${name}: the subprotocol ${subprotocol} is asked for, and granted`, async (t) => {
        const broker = await startBroker(t);
        const { httpPort, heads } = await listenBetween(t, broker);
        const client = await join(t, { httpPort }, options);
        await client.leave();
        const [asked, granted] = heads();
        assert.match(asked, new RegExp(`^sec-websocket-protocol: ${subprotocol}$`, 'im'));
        assert.match(granted, new RegExp(`^sec-websocket-protocol: ${subprotocol}$`, 'im'));
      });
    }
  }
});

// Both ends wait for half a keep-alive longer than it is, and then no more: of that, a busy machine needs some.
test('who only asks whether the broker is there stays connected', async (t) => {
  const broker = await startBroker(t);
  const joins = [];
  forEachWay((name, join) => joins.push([name, join]));
  await Promise.all(joins.map(async ([name, join]) => {
    const client = await join(t, broker, { keepalive: 8 });
    let answers = 0;
    client.client.on('packetreceive', ({ cmd }) => { answers += cmd === 'pingresp' ? 1 : 0; });
    // Two answers are later than one and a half keep-alives.
    await eventually(`${name}: two answers`, () => answers >= 2, { timeoutMs: 30_000 });
    assert.equal(client.closes, 0, name);
  }));
});

test('all of them in one room', async (t) => {
  const broker = await startBroker(t);
  const joins = [];
  forEachWay((name, join) => joins.push([name, join]));
  const members = [];
  for (const [name, join] of joins) {
    const member = await join(t, broker);
    await member.subscribe('room', 1);
    members.push([name, member]);
  }
  await Promise.all(members.map(([name, member]) => member.publish('room', name, { qos: 1 })));
  for (const [, member] of members)
    await member.untilCount(members.length);
  const [[, first]] = members;
  assert.deepEqual([...first.texts].sort(), joins.map(([name]) => name).sort());
  for (const [name, member] of members)
    assert.deepEqual(member.texts, first.texts, `${name} hears the same, in the same order`);
});

test('what is acknowledged is in the log, though more comes than the disk can keep up with', async (t) => {
  const broker = await startBroker(t, { isPersistent: true });
  const stranger = await joinStranger(t, broker);
  const count = 5_000;
  // Its first message at QoS 1 comes behind many at QoS 0, and together with them.
  for (let number = 1; number < count; number += 1)
    stranger.send(`message ${number}`, { qos: 0 });
  await stranger.send(`message ${count}`);
  const { messages } = await (await fetch(`${broker.url}api/messages?limit=1`)).json();
  assert.deepEqual(messages.map(({ payload }) => payload), [`message ${count}`]);
});

await run();
