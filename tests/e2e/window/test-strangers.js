// SPDX-License-Identifier: LGPL-2.1-or-later
//
// The window, and whoever else is in the chat: the post's page, MQTT.js, mosquitto_pub and mosquitto_sub.

import assert from 'node:assert/strict';

import { openConnectedPage, untilRow } from '../support/browser.js';
import { eventually, run, test } from '../support/check.js';
import { mosquittoPub, subscribe } from '../support/mosquitto.js';
import { forEachWay } from '../support/mqttjs.js';
import { openPost } from '../support/post.js';
import { joinStranger } from '../support/strangers.js';
import { openWindow } from '../support/window.js';

// The broker inside a window, as the other tests know brokers.
async function brokerOf(window) {
  const httpPort = Number(new URL(await window.url()).port);
  return { mqttPort: await window.mqttPort(), httpPort, url: `http://127.0.0.1:${httpPort}/` };
}

test('a page in the style of the post chats with the window, and with our page', async (t) => {
  const window = await openWindow(t);
  await window.untilBadge('connected');
  const broker = await brokerOf(window);
  const post = await openPost(t, broker);
  await post.untilBadge('connected');
  const page = await openConnectedPage(t, broker);

  await post.say('Ada', 'Hello from the post\nin two lines');
  await window.untilRow(/^Ada: Hello from the post\nin two lines, /);
  await untilRow(page, { name: 'Ada', text: 'Hello from the post\nin two lines' });

  await window.say('Grace', 'Hello from the desk');
  await post.untilRow('Grace', 'Hello from the desk');
  await untilRow(page, { name: 'Grace', text: 'Hello from the desk' });
  assert.deepEqual(post.errors, []);
  await window.keepPicture('window-post');
});

test('MQTT.js and mosquitto_sub in the chat with the window', async (t) => {
  const window = await openWindow(t);
  await window.untilBadge('connected');
  const broker = await brokerOf(window);
  const sub = await subscribe(t, broker, ['-q', '1', '-t', 'messages']);
  const joins = [];
  forEachWay((name, join) => joins.push([name, join]));
  const strangers = [];
  for (const [name, join] of joins) {
    const stranger = await join(t, broker);
    await stranger.subscribe('messages', 1);
    await stranger.publish('messages', JSON.stringify({ name, message: 'is here' }), { qos: 1 });
    await window.untilRow(new RegExp(`^${name}: is here, `));
    strangers.push(stranger);
  }

  await window.say('Ada', 'Hello everybody');
  const isHello = (text) => text.startsWith('{') && JSON.parse(text).message === 'Hello everybody';
  for (const stranger of strangers)
    await eventually('the stranger hears the window', () => stranger.texts.some(isHello));
  await eventually('mosquitto_sub hears the window', () => sub.texts.some(isHello));
});

test('bytes, nothing at all and 300 KB of text from mosquitto_pub', async (t) => {
  const window = await openWindow(t);
  await window.untilBadge('connected');
  const broker = await brokerOf(window);
  await mosquittoPub(broker, ['-t', 'messages', '-s'], Buffer.from([0xff, 0xfe, 0x00]));
  await window.untilRow(/^\(3 bytes\), /);
  await mosquittoPub(broker, ['-t', 'messages', '-n']);
  await mosquittoPub(broker, ['-t', 'messages', '-s'], 'many words '.repeat(30_000));
  await window.untilRow(/^many words many words /);
  await mosquittoPub(broker, ['-t', 'messages', '-m', 'end']);
  await window.untilRow(/^end, /);
  assert.equal((await window.rows()).length, 3);
});

test('four thousand messages at once: the last ones are there', async (t) => {
  const window = await openWindow(t);
  await window.untilBadge('connected');
  const broker = await brokerOf(window);
  const strangers = await Promise.all(Array.from({ length: 40 }, () => joinStranger(t, broker, { filter: 'nothing' })));
  const all = Array.from({ length: 100 }, (unused, number) => `line ${number}`);
  await Promise.all(strangers.flatMap((stranger) => all.map((line) => stranger.send(line))));
  await strangers[0].send('the end');
  await window.untilRow(/^the end, /);
  await eventually('so is the one before it', async () => /^line 99, /.test((await window.rows()).at(-2)));
});

await run();
