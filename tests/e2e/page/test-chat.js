// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Chatting: pages with pages, and with whatever else speaks MQTT.

import assert from 'node:assert/strict';

import mqtt3 from 'mqtt3';

import { startBroker } from '../support/broker.js';
import {
  cutNetwork, openConnectedPage, openContext, openSettledPage, rows, say, untilBadge, untilRow,
} from '../support/browser.js';
import { eventually, run, test } from '../support/check.js';
import { mosquittoPub, subscribe } from '../support/mosquitto.js';
import { joinStranger } from '../support/strangers.js';

const id = (number) => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;

test('two pages chat', async (t) => {
  const broker = await startBroker(t);
  const ada = await openConnectedPage(t, broker);
  const grace = await openConnectedPage(t, broker);
  await say(ada, 'Ada', 'Hello Grace');
  await untilRow(grace, { name: 'Ada', text: 'Hello Grace', isOwn: false, state: '' });
  await say(grace, 'Grace', 'Hello Ada');
  await untilRow(ada, { name: 'Grace', text: 'Hello Ada', isOwn: false });
  await untilRow(ada, { name: 'You', text: 'Hello Grace', isOwn: true, state: 'sent' });
  assert.deepEqual((await rows(ada)).map(({ text }) => text), ['Hello Grace', 'Hello Ada']);
  assert.deepEqual((await rows(grace)).map(({ text }) => text), ['Hello Grace', 'Hello Ada']);
  assert.equal(await ada.getByText('No messages yet').isVisible(), false);
});

test('two tabs of one browser are two clients and one person', async (t) => {
  const broker = await startBroker(t);
  const context = await openContext(t);
  const one = await openConnectedPage(t, broker, { context });
  const two = await openConnectedPage(t, broker, { context });
  await say(one, 'Ada', 'from the first tab');
  await untilRow(two, { text: 'from the first tab', isOwn: true });
  await untilBadge(one, 'connected');
});

test('mosquitto_pub: plain text, as in the post', async (t) => {
  const broker = await startBroker(t);
  const page = await openConnectedPage(t, broker);
  await mosquittoPub(broker, ['-t', 'messages', '-m', 'This is my message!']);
  await untilRow(page, { name: '', text: 'This is my message!', isChat: false, isOwn: false });
  const style = await page.locator('#messages .text').evaluate((element) => getComputedStyle(element).fontStyle);
  assert.equal(style, 'italic');
});

test('mosquitto_sub hears the page', async (t) => {
  const broker = await startBroker(t);
  const sub = await subscribe(t, broker, ['-q', '1', '-t', 'messages']);
  const page = await openConnectedPage(t, broker);
  await say(page, 'Ada', 'Hello mosquitto_sub');
  await sub.untilCount(1);
  assert.deepEqual(sub.texts.map((text) => JSON.parse(text).message), ['Hello mosquitto_sub']);
});

test('MQTT.js 3.0.0 chats with the page', async (t) => {
  const broker = await startBroker(t);
  const page = await openConnectedPage(t, broker);
  const heard = [];
  const client = mqtt3.connect(`ws://127.0.0.1:${broker.httpPort}`);
  t.after(() => client.end(true));
  client.on('message', (topic, payload) => heard.push(JSON.parse(payload)));
  await new Promise((resolve, reject) => {
    client.on('connect', () => client.subscribe('messages', (error) => (error ? reject(error) : resolve())));
  });
  client.publish('messages', JSON.stringify({ name: 'Old', message: 'two\nlines' }));
  await untilRow(page, { name: 'Old', text: 'two\nlines', isChat: true });
  await say(page, 'Ada', 'Hello Old');
  await eventually('the answer has come', () => heard.some(({ message }) => message === 'Hello Old'));
});

test('newlines are kept, and shown as lines', async (t) => {
  const broker = await startBroker(t);
  const stranger = await joinStranger(t, broker);
  const page = await openConnectedPage(t, broker);
  await stranger.send({ name: 'Grace', message: 'one\ntwo\r\n\nfour' });
  await stranger.send({ name: 'Linus', message: 'one' });
  await untilRow(page, { text: 'one\ntwo\n\nfour' });
  await untilRow(page, { name: 'Linus' });
  const heights = await page.locator('#messages .text')
    .evaluateAll((all) => all.map((element) => element.clientHeight));
  assert.ok(heights[0] > 3.5 * heights[1], `heights ${heights}`);
});

test('consecutive messages of one person show the name once, and say it each time', async (t) => {
  const broker = await startBroker(t);
  const stranger = await joinStranger(t, broker);
  const page = await openConnectedPage(t, broker);
  const from = ['1', '2'].map((digit) => digit.repeat(16));
  await stranger.send({ name: 'Grace', message: '1', from: from[0] });
  await stranger.send({ name: 'Grace', message: '2', from: from[0] });
  await stranger.send({ name: 'Grace', message: '3', from: from[1] });
  await stranger.send({ name: 'Linus', message: '4', from: from[1] });
  await stranger.send('5');
  await stranger.send('6');
  await stranger.send({ message: '7' });
  await stranger.send({ message: '8' });
  await untilRow(page, { text: '8' });
  assert.deepEqual((await rows(page)).map(({ text, name, continues }) => [text, name, continues]), [
    ['1', 'Grace ·1111', false], ['2', 'Grace ·1111', true], ['3', 'Grace ·2222', false], ['4', 'Linus', false],
    ['5', '', false], ['6', '', false], ['7', 'No name', false], ['8', 'No name', false],
  ]);
  await page.getByRole('row', { name: /^Grace ·1111 2/ }).waitFor();
  const shown = await page.locator('#messages bdi').evaluateAll((all) => all.map((element) => element.offsetWidth > 2));
  assert.deepEqual(shown.slice(0, 4), [true, false, true, true]);
});

test('a message that comes twice is shown once', async (t) => {
  const broker = await startBroker(t);
  const stranger = await joinStranger(t, broker);
  const page = await openConnectedPage(t, broker);
  await stranger.send({ name: 'Grace', message: 'first', id: id(1) });
  await stranger.send({ name: 'Grace', message: 'first again', id: id(1).toUpperCase() });
  await stranger.send({ name: 'Grace', message: 'second', id: id(2) });
  await stranger.send({ name: 'Grace', message: 'no id' });
  await stranger.send({ name: 'Grace', message: 'no id' });
  await stranger.send({ name: 'Grace', message: 'bad id', id: '1' });
  await stranger.send({ name: 'Grace', message: 'bad id', id: '1' });
  await stranger.send('end');
  await untilRow(page, { text: 'end' });
  assert.deepEqual((await rows(page)).map(({ text }) => text),
    ['first', 'second', 'no id', 'no id', 'bad id', 'bad id', 'end']);
});

test('a retained message is shown once, however often the page comes back', async (t) => {
  const broker = await startBroker(t);
  const stranger = await joinStranger(t, broker);
  await stranger.send('the rules of the house', { retain: true });
  const page = await openConnectedPage(t, broker);
  await untilRow(page, { text: 'the rules of the house' });
  await cutNetwork(page);
  await untilBadge(page, 'connected');
  await stranger.send('end');
  await untilRow(page, { text: 'end' });
  assert.equal((await rows(page)).length, 2);

  // Another one is news, when it is sent; not when it comes again.
  await stranger.send('other rules', { retain: true });
  await untilRow(page, { text: 'other rules' });
  await cutNetwork(page);
  await untilBadge(page, 'connected');
  await stranger.send('the very end');
  await untilRow(page, { text: 'the very end' });
  assert.equal((await rows(page)).length, 4);
});

test('the time is when the host recorded it', async (t) => {
  const broker = await startBroker(t);
  const stranger = await joinStranger(t, broker);
  const page = await openConnectedPage(t, broker);
  await stranger.send({ message: 'yesterday', time: new Date(Date.now() - 20 * 3_600_000).toISOString() });
  const { time } = await untilRow(page, { text: 'yesterday' });
  assert.ok(Math.abs(Date.parse(time) - Date.now()) < 60_000, time);
});

test('the time of what is not recorded is the message\'s own, unless it is off by more than a day', async (t) => {
  const broker = await startBroker(t, { lines: ['record none'] });
  const stranger = await joinStranger(t, broker);
  const page = await openConnectedPage(t, broker);
  const nowMs = Date.now();
  const at = (offsetMs) => new Date(nowMs + offsetMs).toISOString();
  const hourMs = 3_600_000;
  await stranger.send({ message: 'yesterday', time: at(-20 * hourMs) });
  await stranger.send({ message: 'long ago', time: at(-25 * hourMs) });
  await stranger.send({ message: 'far ahead', time: at(25 * hourMs) });
  await stranger.send({ message: 'never', time: 'soon' });
  await untilRow(page, { text: 'never' });
  const times = Object.fromEntries((await rows(page)).map(({ text, time }) => [text, Date.parse(time)]));
  assert.equal(times.yesterday, nowMs - 20 * hourMs);
  for (const text of ['long ago', 'far ahead', 'never'])
    assert.ok(Math.abs(times[text] - Date.now()) < 60_000, text);
});

test('order: own messages take the place that the host gave them', async (t) => {
  const broker = await startBroker(t);
  const context = await openContext(t);
  let hold = false;
  const held = [];
  await context.routeWebSocket(/\/mqtt$/, (socket) => {
    const server = socket.connectToServer();
    socket.onMessage((data) => {
      if (hold)
        held.push(() => server.send(data));
      else
        server.send(data);
    });
  });
  const stranger = await joinStranger(t, broker);
  const page = await openConnectedPage(t, broker, { context });
  hold = true;
  await say(page, 'Ada', 'mine, held up');
  await untilRow(page, { text: 'mine, held up', state: 'waiting' });
  await stranger.send({ name: 'Grace', message: 'came first' });
  await untilRow(page, { text: 'came first' });
  assert.deepEqual((await rows(page)).map(({ text }) => text), ['came first', 'mine, held up']);
  hold = false;
  held.forEach((send) => send());
  await untilRow(page, { text: 'mine, held up', state: 'sent' });
  await stranger.send({ name: 'Grace', message: 'came last' });
  await untilRow(page, { text: 'came last' });
  assert.deepEqual((await rows(page)).map(({ text }) => text), ['came first', 'mine, held up', 'came last']);
  await stranger.untilCount(3);
  assert.deepEqual(stranger.heardJson().map(({ message }) => message), ['came first', 'mine, held up', 'came last']);
});

test('while nobody looks, the title counts what others write', async (t) => {
  const broker = await startBroker(t);
  const stranger = await joinStranger(t, broker);
  const page = await openSettledPage(t, broker);
  const show = (state) => page.evaluate((value) => {
    Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => value });
    document.dispatchEvent(new Event('visibilitychange'));
  }, state);
  const title = (wanted) => eventually(`the title is ${wanted}`, async () => await page.title() === wanted);

  await stranger.send('seen');
  await untilRow(page, { text: 'seen' });
  await title('Messages');
  await show('hidden');
  await stranger.send({ name: 'Grace', message: 'one', id: id(1) });
  await stranger.send({ name: 'Grace', message: 'one', id: id(1) });
  await stranger.send('');
  const from = await page.evaluate(() => localStorage.getItem('hubbub.from'));
  await stranger.send({ name: 'Ada', message: 'from another tab of mine', from });
  await stranger.send('two');
  await title('(2) Messages');
  for (let i = 0; i < 600; i += 1)
    stranger.send(`burst ${i}`);
  await title('(602) Messages');
  await show('visible');
  await title('Messages');
  await stranger.send('seen again');
  await untilRow(page, { text: 'seen again' });
  await title('Messages');
});

await run();
