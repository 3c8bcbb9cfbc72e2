// SPDX-License-Identifier: LGPL-2.1-or-later
//
// A page in the style of the post, with the MQTT.js that it pins, which did not come from the broker.

import assert from 'node:assert/strict';

import { startBroker } from '../support/broker.js';
import { openConnectedPage, say, untilRow } from '../support/browser.js';
import { eventually, run, test } from '../support/check.js';
import { mosquittoPub, subscribe } from '../support/mosquitto.js';
import { openPost, servePost } from '../support/post.js';

for (const [how, host] of [['a server on this computer', '127.0.0.1'], ['localhost', 'localhost'], ['a file', null]]) {
  test(`from ${how}: it chats with our page, both ways`, async (t) => {
    const broker = await startBroker(t);
    const post = await openPost(t, broker, { host });
    await post.untilBadge('connected');
    const page = await openConnectedPage(t, broker);

    await post.say('Ada', 'Hello from the post\nin two lines');
    await untilRow(page, { name: 'Ada', text: 'Hello from the post\nin two lines', isChat: true, isOwn: false });
    await post.untilRow('Ada', 'Hello from the post\nin two lines');

    await say(page, 'Grace', 'Hello from our page\nin two lines');
    await post.untilRow('Grace', 'Hello from our page\nin two lines');
    assert.equal((await post.rows()).length, 2);
    assert.deepEqual(post.errors, []);
  });
}

test('two of them chat, and mosquitto_sub hears it', async (t) => {
  const broker = await startBroker(t);
  const sub = await subscribe(t, broker, ['-q', '1', '-t', 'messages']);
  const [ada, grace] = [await openPost(t, broker), await openPost(t, broker)];
  await ada.untilBadge('connected');
  await grace.untilBadge('connected');
  await ada.say('Ada', 'Can you hear me?');
  await grace.untilRow('Ada', 'Can you hear me?');
  await grace.say('Grace', 'Loud and clear');
  await ada.untilRow('Grace', 'Loud and clear');
  await sub.untilCount(2);
  assert.deepEqual(sub.texts.map((text) => JSON.parse(text).message), ['Can you hear me?', 'Loud and clear']);
});

test('300 KB pass, and what a script would do does nothing', async (t) => {
  const broker = await startBroker(t);
  const post = await openPost(t, broker);
  await post.untilBadge('connected');
  const page = await openConnectedPage(t, broker);
  const text = 'many words '.repeat(30_000).trim();
  await say(page, '<b>Grace</b>', text);
  await post.untilRow('<b>Grace</b>', text);
  await post.say('<img src=x onerror=alert(1)>', text);
  await untilRow(page, { name: '<img src=x onerror=alert(1)>', text });
});

test('text that is no JSON breaks that page, and not ours', async (t) => {
  const broker = await startBroker(t);
  const post = await openPost(t, broker);
  await post.untilBadge('connected');
  const page = await openConnectedPage(t, broker);
  await mosquittoPub(broker, ['-t', 'messages', '-m', 'This is my message!']);
  await untilRow(page, { name: '', text: 'This is my message!' });
  await eventually('it has stumbled', () => post.errors.some((message) => /JSON/.test(message)));
  await say(page, 'Grace', 'still here');
  await untilRow(page, { text: 'still here', state: 'sent' });
});

test('it is back when the broker is', async (t) => {
  const broker = await startBroker(t);
  const post = await openPost(t, broker);
  await post.untilBadge('connected');
  await broker.kill();
  await post.untilBadge('offline');
  await broker.start();
  await post.untilBadge('connected');
  const page = await openConnectedPage(t, broker);
  await post.say('Ada', 'back again');
  await untilRow(page, { name: 'Ada', text: 'back again' });
});

test('from another computer\'s name it is refused, and the log says which setting allows it', async (t) => {
  const broker = await startBroker(t);
  const post = await openPost(t, broker, { host: 'elsewhere.local' });
  await eventually('the broker has refused it', () => broker.output.includes('websockets_origin'));
  assert.match(broker.output, new RegExp(`Connection from 127\\.0\\.0\\.1:\\d+ refused: .*${await post.origin()}`));
  await post.untilBadge('offline');
  assert.doesNotMatch(broker.output, /New client connected/);
});

test('from another computer\'s name that is allowed it joins', async (t) => {
  const port = await servePost(t);
  const broker = await startBroker(t, { lines: [`websockets_origin http://one.local http://elsewhere.local:${port}`] });
  const post = await openPost(t, broker, { host: 'elsewhere.local', port });
  await post.untilBadge('connected');
});

await run();
