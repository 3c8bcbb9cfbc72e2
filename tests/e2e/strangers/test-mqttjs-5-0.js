// SPDX-License-Identifier: LGPL-2.1-or-later
//
// MQTT.js 5 under node in protocol 5.0, over TCP and WebSocket: each feature of 5.0 that it can express.

import assert from 'node:assert/strict';

import { startBroker } from '../support/broker.js';
import { eventually, run, test } from '../support/check.js';
import { ways } from '../support/mqttjs.js';
import { forEachWay, refusal } from '../support/mqttjs-5-0.js';

// Long enough for the broker to use an alias of its own.
const longTopic = 'a/topic/of/more/than/thirty-two/bytes';

forEachWay((wayName, join) => {
  const name = `MQTT.js 5 in protocol 5.0 over ${wayName}`;

  test(`${name}: limits and the client identifier are told`, async (t) => {
    const broker = await startBroker(t, { lines: ['max_keepalive 100', 'max_packet_size 5000'] });
    const client = await join(t, broker, { clientId: '', keepalive: 200 });
    const { properties, reasonCode, sessionPresent } = client.connack;
    assert.equal(reasonCode, 0);
    assert.equal(sessionPresent, false);
    assert.equal(properties.maximumPacketSize, 5_000);
    assert.equal(properties.receiveMaximum, 20);
    assert.equal(properties.topicAliasMaximum, 10);
    assert.equal(properties.serverKeepAlive, 100);
    assert.match(properties.assignedClientIdentifier, /^auto-[0-9A-F]{32}$/);
  });

  test(`${name}: acknowledgements say what became of a message`, async (t) => {
    const broker = await startBroker(t);
    const client = await join(t, broker);
    for (const qos of [1, 2])
      assert.equal(await client.publish('nobody', 'listens', { qos }), 0x10);
    for (const qos of [1, 2])
      assert.equal(await client.publish('$SYS/broker/uptime', 'forged', { qos }), 0x87);
    await client.subscribe('somebody');
    for (const qos of [1, 2])
      assert.equal(await client.publish('somebody', 'listens', { qos }), 0);
    assert.equal(client.isClosed, false);
  });

  test(`${name}: each filter has its code`, async (t) => {
    const broker = await startBroker(t);
    const client = await join(t, broker);
    assert.deepEqual(await client.subscribe({ 'a': { qos: 2 }, '$share/g/a': { qos: 1 }, 'b/#': { qos: 0 } }), [2, 1, 0]);
    assert.deepEqual(await client.unsubscribe(['a', 'never', '$share/g/a']), [0, 0x11, 0]);
  });

  test(`${name}: what belongs to a message arrives with it, in its order`, async (t) => {
    const broker = await startBroker(t);
    const [publisher, subscriber] = [await join(t, broker), await join(t, broker)];
    await subscriber.subscribe('ask');
    const properties = {
      payloadFormatIndicator: true,
      contentType: 'text/plain',
      responseTopic: 'answers/here',
      correlationData: Buffer.from([0, 255, 1]),
      userProperties: { b: ['1', '2'], a: '3' },
    };
    await publisher.publish('ask', 'question', { properties });
    const { properties: got } = await subscriber.until('question');
    assert.equal(got.payloadFormatIndicator, true);
    assert.equal(got.contentType, 'text/plain');
    assert.equal(got.responseTopic, 'answers/here');
    assert.deepEqual([...got.correlationData], [0, 255, 1]);
    assert.deepEqual({ ...got.userProperties }, { b: ['1', '2'], a: '3' });
    assert.deepEqual(Object.keys(got.userProperties), ['b', 'a']);
  });

  test(`${name}: an answer to the topic that was asked for`, async (t) => {
    const broker = await startBroker(t);
    const [asker, answerer] = [await join(t, broker), await join(t, broker)];
    await asker.subscribe('answers/asker');
    await answerer.subscribe('ask');
    answerer.client.on('message', (topic, payload, { properties }) => {
      answerer.client.publish(properties.responseTopic, `${payload}!`,
        { qos: 1, properties: { correlationData: properties.correlationData } });
    });
    await asker.publish('ask', 'well', { properties: { responseTopic: 'answers/asker', correlationData: Buffer.from('7') } });
    const { properties } = await asker.until('well!');
    assert.equal(`${properties.correlationData}`, '7');
  });

  test(`${name}: a session lasts as long as it was asked for`, async (t) => {
    const broker = await startBroker(t);
    const publisher = await join(t, broker);
    const session = (seconds) => ({ clientId: 'sleeper', clean: false, properties: { sessionExpiryInterval: seconds } });
    const first = await join(t, broker, session(60));
    await first.subscribe('news', { qos: 2, properties: { subscriptionIdentifier: 7 } });
    first.cut();
    await first.untilClosed();
    await publisher.publish('news', 'soon old', { properties: { messageExpiryInterval: 1 } });
    await publisher.publish('news', 'lasting', { properties: { messageExpiryInterval: 1_000 } });
    // Its second has passed by the broker's clock when a message that lives no longer is gone from a new subscription.
    await publisher.publish('clock', 'tick', { retain: true, properties: { messageExpiryInterval: 1 } });
    await eventually('a second has passed', async () => {
      const reader = await join(t, broker);
      await reader.subscribe('clock');
      await reader.subscribe('echo');
      await publisher.publish('echo', 'end');
      await reader.until('end');
      await reader.leave();
      return !reader.texts.includes('tick');
    });

    const back = await join(t, broker, session(60));
    assert.equal(back.connack.sessionPresent, true);
    const { properties } = await back.until('lasting');
    assert.deepEqual(back.texts, ['lasting']);
    assert.equal(properties.subscriptionIdentifier, 7);
    assert.ok(properties.messageExpiryInterval < 1_000 && properties.messageExpiryInterval > 900);
    await back.leave({ properties: { sessionExpiryInterval: 0 } });
    const anew = await join(t, broker, session(0));
    assert.equal(anew.connack.sessionPresent, false);
  });

  test(`${name}: a will waits, and is taken back`, async (t) => {
    const broker = await startBroker(t);
    const mourner = await join(t, broker);
    await mourner.subscribe('wills/#');
    const will = (client, delay) => ({
      clientId: client,
      clean: false,
      properties: { sessionExpiryInterval: 100 },
      will: {
        topic: `wills/${client}`,
        payload: client,
        qos: 1,
        properties: { willDelayInterval: delay, contentType: 'text/x', userProperties: { k: 'v' } },
      },
    });
    // Who is back has time for that; the one will comes later than the other one would have.
    const delay = 5;
    const [gone, back] = [await join(t, broker, will('gone', delay)), await join(t, broker, will('back', delay))];
    back.cut();
    await back.untilClosed();
    await join(t, broker, { clientId: 'back', clean: false, properties: { sessionExpiryInterval: 100 } });
    gone.cut();
    const { properties } = await mourner.until('gone', { timeoutMs: 20_000 });
    assert.equal(properties.contentType, 'text/x');
    assert.deepEqual({ ...properties.userProperties }, { k: 'v' });
    assert.deepEqual(mourner.texts, ['gone']);

    // With its session, however long it would have waited.
    const ended = await join(t, broker, { ...will('ended', 1_000), properties: { sessionExpiryInterval: 0 } });
    ended.cut();
    await mourner.until('ended');
  });

  test(`${name}: options of a subscription`, async (t) => {
    const broker = await startBroker(t);
    const [publisher, subscriber] = [await join(t, broker), await join(t, broker)];
    await publisher.publish('old', 'retained', { retain: true });
    await subscriber.subscribe('own', { nl: true });
    await subscriber.subscribe('kept', { rap: true });
    await subscriber.subscribe('old', { rh: 2 });
    await subscriber.subscribe('+', { rh: 2, qos: 0, properties: { subscriptionIdentifier: 9 } });
    await subscriber.unsubscribe('+');
    await subscriber.publish('own', 'own');
    await publisher.publish('own', 'from somebody else');
    await publisher.publish('kept', 'kept', { retain: true });
    await subscriber.until('kept');
    assert.deepEqual(subscriber.texts, ['from somebody else', 'kept']);
    assert.equal(subscriber.heard[1].isRetained, true);
    await subscriber.subscribe('old', { rh: 1 });
    await subscriber.subscribe('old', { rh: 0 });
    await subscriber.until('retained');
    assert.deepEqual(subscriber.texts, ['from somebody else', 'kept', 'retained']);
  });

  test(`${name}: identifiers of all subscriptions that match`, async (t) => {
    const broker = await startBroker(t);
    const [publisher, subscriber] = [await join(t, broker), await join(t, broker)];
    await subscriber.subscribe('a/b', { properties: { subscriptionIdentifier: 1 } });
    await subscriber.subscribe('a/#', { properties: { subscriptionIdentifier: 268_435_455 } });
    await publisher.publish('a/b', 'both');
    await publisher.publish('a/c', 'one');
    await subscriber.until('one');
    assert.deepEqual([...subscriber.heard[0].properties.subscriptionIdentifier].sort((a, b) => a - b), [1, 268_435_455]);
    assert.equal(subscriber.heard[1].properties.subscriptionIdentifier, 268_435_455);
    assert.equal(subscriber.heard.length, 2);
  });

  test(`${name}: work that is shared`, async (t) => {
    const broker = await startBroker(t);
    const publisher = await join(t, broker);
    const workers = [await join(t, broker), await join(t, broker), await join(t, broker)];
    for (const worker of workers)
      await worker.subscribe('$share/workers/jobs', { qos: 2 });
    const jobs = Array.from({ length: 30 }, (unused, i) => `job ${i}`);
    for (const job of jobs)
      await publisher.publish('jobs', job, { qos: 2 });
    await Promise.all(workers.map((worker) => worker.untilCount(10)));
    assert.deepEqual(workers.flatMap((worker) => worker.texts).sort(), [...jobs].sort());

    // Who is gone gets nothing more.
    workers[0].cut();
    await workers[0].untilClosed();
    await eventually('the broker knows', () => /closed its connection/.test(broker.output));
    for (const job of jobs)
      await publisher.publish('jobs', `more ${job}`);
    await Promise.all(workers.slice(1).map((worker) => worker.untilCount(25)));
  });

  test(`${name}: topic aliases both ways`, async (t) => {
    const broker = await startBroker(t);
    const publisher = await join(t, broker, { autoAssignTopicAlias: true });
    const subscriber = await join(t, broker, { properties: { topicAliasMaximum: 5 } });
    await subscriber.subscribe(longTopic);
    const sent = [];
    publisher.client.on('packetsend', ({ cmd, topic, properties }) => {
      if (cmd === 'publish')
        sent.push([topic, properties?.topicAlias]);
    });
    for (const text of ['one', 'two', 'three'])
      await publisher.publish(longTopic, text);
    await subscriber.until('three');
    assert.deepEqual(sent, [[longTopic, 1], ['', 1], ['', 1]]);
    assert.deepEqual(subscriber.heard.map(({ topic, text }) => [topic, text]),
      ['one', 'two', 'three'].map((text) => [longTopic, text]));
    assert.ok(subscriber.received.filter(({ cmd }) => cmd === 'publish').every(({ properties }) => properties.topicAlias === 1));
  });

  // The library reads on only when it has answered, so it is the broker that tells how many it has sent.
  test(`${name}: no more at a time than the client takes`, async (t) => {
    const broker = await startBroker(t, { lines: ['log_type all'] });
    const publisher = await join(t, broker, { clientId: 'publisher' });
    const answers = [];
    const subscriber = await join(t, broker, {
      clientId: 'subscriber',
      properties: { receiveMaximum: 2 },
      customHandleAcks: (topic, payload, packet, done) => { answers.push(() => done(0)); },
    });
    await subscriber.subscribe('busy');
    for (let i = 1; i <= 5; i += 1)
      await publisher.publish('busy', `${i}`);
    const countLines = (piece) => broker.output.split(piece).length - 1;
    await eventually('all five were taken', () => countLines('Sending PUBACK to publisher') === 5);
    assert.equal(countLines('Sending PUBLISH to subscriber'), 2);
    for (let i = 0; i < 5; i += 1) {
      await eventually('the next one has come', () => answers.length > i);
      answers[i]();
    }
    await subscriber.untilCount(5);
    assert.deepEqual(subscriber.texts, ['1', '2', '3', '4', '5']);
  });

  test(`${name}: what is too large for one client reaches the others`, async (t) => {
    const broker = await startBroker(t);
    const publisher = await join(t, broker);
    const [small, other] = [await join(t, broker, { properties: { maximumPacketSize: 100 } }), await join(t, broker)];
    await small.subscribe('sizes');
    await other.subscribe('sizes');
    await publisher.publish('sizes', 'x'.repeat(100));
    await publisher.publish('sizes', 'fits');
    await small.until('fits');
    await other.until('fits');
    assert.deepEqual(small.texts, ['fits']);
    assert.equal(other.heard.length, 2);
  });

  test(`${name}: a packet larger than the broker takes is refused in words`, async (t) => {
    const broker = await startBroker(t, { lines: ['max_packet_size 1000'] });
    const client = await join(t, broker);
    client.client.publish('a', 'x'.repeat(2_000), { qos: 0 });
    await client.untilClosed();
    assert.equal(client.goodbye.reasonCode, 0x95);
    assert.match(client.goodbye.properties.reasonString, /1000/);
  });

  test(`${name}: the old connection of a client is told that it was taken over`, async (t) => {
    const broker = await startBroker(t);
    const first = await join(t, broker, { clientId: 'twin' });
    const second = await join(t, broker, { clientId: 'twin' });
    await first.untilClosed();
    assert.equal(first.goodbye.reasonCode, 0x8e);
    assert.equal(second.isClosed, false);
  });

  test(`${name}: a broker that is stopped says so`, async (t) => {
    const broker = await startBroker(t);
    const client = await join(t, broker);
    await broker.stop();
    await client.untilClosed();
    assert.equal(client.goodbye.reasonCode, 0x8b);
  });

  test(`${name}: no authentication method is known`, async (t) => {
    const broker = await startBroker(t);
    assert.equal(await refusal(t, ways[wayName](broker), { properties: { authenticationMethod: 'SCRAM-SHA-256' } }), 0x8c);
  });
});

await run();
