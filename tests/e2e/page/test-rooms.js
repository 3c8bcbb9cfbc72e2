// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Several rooms on one page.

import assert from 'node:assert/strict';

import { startBroker } from '../support/broker.js';
import { openConnectedPage, openContext, openPage, rows, say, untilBadge, untilRow } from '../support/browser.js';
import { eventually, run, test } from '../support/check.js';
import { mosquittoPub } from '../support/mosquitto.js';
import { joinStranger } from '../support/strangers.js';

const texts = async (page) => (await rows(page)).map(({ text }) => text);
const title = (page) => page.locator('h1').textContent();
const goTo = (page, name) => page.evaluate((hash) => { location.hash = hash; }, name === '' ? 'room=' : `room=${encodeURIComponent(name)}`);

async function untilTexts(page, wanted) {
  await eventually('the table is as it should be', async () => {
    assert.deepEqual(await texts(page), wanted);
    return true;
  });
}

async function untilTitle(page, wanted) {
  await eventually(`the title is ${wanted}`, async () => await page.title() === wanted ||
    Promise.reject(new Error(await page.title())));
}

test('the address names the room; each has its own messages, history and draft', async (t) => {
  const broker = await startBroker(t);
  const stranger = await joinStranger(t, broker, { filter: 'messages/#' });
  await stranger.send({ name: 'Grace', message: 'before, in garden' }, { topic: 'messages/garden' });
  const page = await openConnectedPage(t, broker, { hash: '#room=garden' });
  assert.equal(await title(page), 'garden');
  await untilTexts(page, ['before, in garden']);
  await say(page, 'Ada', 'mine, in garden');
  await untilRow(page, { text: 'mine, in garden', state: 'sent' });
  assert.equal(stranger.topics.at(-1), 'messages/garden');
  await page.locator('#message').fill('a draft for garden');

  await goTo(page, '');
  assert.equal(await title(page), 'Messages');
  assert.equal(new URL(page.url()).hash, '');
  assert.deepEqual(await texts(page), []);
  assert.equal(await page.locator('#message').inputValue(), '');
  await say(page, 'Ada', 'for all');
  await untilRow(page, { text: 'for all', state: 'sent' });
  assert.equal(stranger.topics.at(-1), 'messages');

  await goTo(page, 'garden');
  assert.deepEqual(await texts(page), ['before, in garden', 'mine, in garden']);
  assert.equal(await page.locator('#message').inputValue(), 'a draft for garden');
  assert.equal(await page.locator('#counter').textContent(), '18 / 120');
  await page.reload();
  await untilBadge(page, 'connected');
  assert.equal(await page.locator('#message').inputValue(), 'a draft for garden');
  await untilTexts(page, ['before, in garden', 'mine, in garden']);
});

test('what is said in a room that is not shown waits there, and is counted in the title', async (t) => {
  const broker = await startBroker(t);
  const stranger = await joinStranger(t, broker);
  const page = await openConnectedPage(t, broker, { hash: '#room=garden' });
  await goTo(page, '');
  await stranger.send('one', { topic: 'messages/garden' });
  await stranger.send('two', { topic: 'messages/garden' });
  await stranger.send('elsewhere', { topic: 'messages/never entered' });
  await stranger.send('for all');
  await untilRow(page, { text: 'for all' });
  assert.deepEqual(await texts(page), ['for all']);
  await untilTitle(page, '(2) Messages');
  await goTo(page, 'garden');
  await untilTexts(page, ['one', 'two']);
  await untilTitle(page, 'garden');
});

test('the room that was shown last is there again, and one in the address goes before it', async (t) => {
  const broker = await startBroker(t);
  const context = await openContext(t);
  const page = await openConnectedPage(t, broker, { context, hash: '#room=Küche%20🍳' });
  assert.equal(await title(page), 'Küche 🍳');
  const again = await openConnectedPage(t, broker, { context });
  assert.equal(await title(again), 'Küche 🍳');
  assert.equal(new URLSearchParams(new URL(again.url()).hash.slice(1)).get('room'), 'Küche 🍳');
  const other = await openConnectedPage(t, broker, { context, hash: '#room=other' });
  assert.equal(await title(other), 'other');
});

test('a wrong name in the address: a sentence, and everything else is as it was', async (t) => {
  const broker = await startBroker(t);
  const page = await openConnectedPage(t, broker, { hash: '#room=garden' });
  await page.locator('#message').fill('not lost');
  await page.evaluate((name) => { location.hash = `room=${name}`; }, 'x'.repeat(257));
  await page.getByRole('alert').getByText('This name is too long for a room.').waitFor();
  assert.equal(await title(page), 'garden');
  assert.equal(await page.locator('#message').inputValue(), 'not lost');
  assert.equal(new URL(page.url()).hash, '#room=garden');
});

test('deeper topics are shown, and nothing can be published there', async (t) => {
  const broker = await startBroker(t);
  const stranger = await joinStranger(t, broker, { filter: 'messages/#' });
  await stranger.send('21 °C', { topic: 'messages/sensors/cellar' });
  const page = await openConnectedPage(t, broker, { hash: '#room=sensors/cellar' });
  assert.equal(await title(page), 'sensors/cellar');
  await untilTexts(page, ['21 °C']);
  await say(page, 'Ada', 'hello sensor');
  await page.getByRole('alert').getByText('This room is only shown here.').waitFor();
  assert.equal(await page.locator('#message').inputValue(), 'hello sensor');
  assert.deepEqual(stranger.heard.map(String), ['21 °C']);
});

test('what waits goes to the room that it was written for, after a reload, too', async (t) => {
  const broker = await startBroker(t);
  const context = await openContext(t);
  let isAway = false;
  await context.routeWebSocket(/\/mqtt$/, (socket) => {
    if (isAway)
      socket.close({ code: 1001 });
    else
      socket.connectToServer();
  });
  const stranger = await joinStranger(t, broker, { filter: 'messages/#' });
  const page = await openConnectedPage(t, broker, { context, hash: '#room=garden' });
  isAway = true;
  await page.evaluate(() => window.dispatchEvent(new Event('offline')));
  await untilBadge(page, 'offline');
  await say(page, 'Ada', 'for the garden');
  await goTo(page, '');
  await say(page, 'Ada', 'for all');
  await page.reload();
  await untilRow(page, { text: 'for all', state: 'waiting' });
  assert.deepEqual(await texts(page), ['for all']);
  await goTo(page, 'garden');
  await untilRow(page, { text: 'for the garden', state: 'waiting' });
  isAway = false;
  await untilRow(page, { text: 'for the garden', state: 'sent' });
  await goTo(page, '');
  await untilRow(page, { text: 'for all', state: 'sent' });
  await eventually('both have come', () => stranger.heard.length === 2);
  assert.deepEqual(stranger.topics, ['messages/garden', 'messages']);
});

test('a room that is not shown keeps two hundred, and has the rest again when it is', async (t) => {
  const broker = await startBroker(t);
  const stranger = await joinStranger(t, broker);
  const page = await openConnectedPage(t, broker, { hash: '#room=garden' });
  await goTo(page, '');
  for (let i = 0; i < 250; i += 1)
    await stranger.send(`message ${i}`, { topic: 'messages/garden', qos: 0 });
  await stranger.send('end');
  await untilRow(page, { text: 'end' });
  await goTo(page, 'garden');
  await eventually('the last is there', async () => (await texts(page)).at(-1) === 'message 249');
  await eventually('the first is there', async () => {
    await page.locator('#log').evaluate((log) => { log.scrollTop = 0; });
    return (await texts(page))[0] === 'message 0';
  });
  assert.equal((await texts(page)).length, 250);
});

test('the reader who is scrolled up is there again after a look into another room', async (t) => {
  const broker = await startBroker(t);
  const stranger = await joinStranger(t, broker);
  for (let i = 0; i < 90; i += 1)
    await stranger.send(`message ${i}`, { qos: 0 });
  const page = await openConnectedPage(t, broker);
  await untilRow(page, { text: 'message 89' });
  const place = () => page.locator('#log').evaluate((log) => {
    const { bottom } = log.querySelector('thead').getBoundingClientRect();
    const row = Array.from(document.getElementById('messages').rows).find((one) => one.getBoundingClientRect().bottom > bottom);
    return `${row.querySelector('.text').textContent} at ${Math.round(row.getBoundingClientRect().top)}`;
  });
  await page.getByRole('log').hover();
  await page.mouse.wheel(0, -900);
  await eventually('it is scrolled up', async () => !/message [78]/.test(await place()));
  const before = await place();
  await goTo(page, 'garden');
  await stranger.send('new');
  await goTo(page, '');
  await page.getByRole('button', { name: '1 new' }).waitFor();
  assert.equal(await place(), before);
});

test('a host that refuses messages/#: Everyone works, and the page says so', async (t) => {
  const broker = await startBroker(t);
  const context = await openContext(t);
  await context.routeWebSocket(/\/mqtt$/, (socket) => {
    const server = socket.connectToServer();
    socket.onMessage((data) => {
      const bytes = Buffer.from(data);
      if (bytes[0] === 0x82 && bytes.includes('messages/#'))
        socket.send(Buffer.from([0x90, 4, bytes[2], bytes[3], 0, 0x87]));
      else
        server.send(data);
    });
  });
  const page = await openPage(t, broker, { context });
  await untilBadge(page, 'connected');
  await page.getByText('only Everyone works').waitFor();
  await mosquittoPub(broker, ['-t', 'messages', '-m', 'for all']);
  await untilRow(page, { text: 'for all' });
  await say(page, 'Ada', 'hello');
  await untilRow(page, { text: 'hello', state: 'sent' });
});

await run();
