// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Several rooms on one page.

import assert from 'node:assert/strict';

import { startBroker } from '../support/broker.js';
import {
  openConnectedPage, openContext, openPage, say, texts, untilBadge, untilRow, untilTexts,
} from '../support/browser.js';
import { eventually, run, test } from '../support/check.js';
import { mosquittoPub } from '../support/mosquitto.js';
import { joinStranger } from '../support/strangers.js';

const title = (page) => page.locator('h1').textContent();
// Done when the page has heard of it.
const goTo = (page, name) => page.evaluate((hash) => new Promise((done) => {
  addEventListener('hashchange', () => done(), { once: true });
  location.hash = hash;
}), name === '' ? 'room=' : `room=${encodeURIComponent(name)}`);

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
  await stranger.untilCount(2);
  assert.equal(stranger.topics.at(-1), 'messages/garden');
  await page.locator('#message').fill('a draft for garden');

  await goTo(page, '');
  assert.equal(await title(page), 'Messages');
  assert.equal(new URL(page.url()).hash, '');
  assert.deepEqual(await texts(page), []);
  assert.equal(await page.locator('#message').inputValue(), '');
  await say(page, 'Ada', 'for all');
  await untilRow(page, { text: 'for all', state: 'sent' });
  await stranger.untilCount(3);
  assert.equal(stranger.topics.at(-1), 'messages');

  await goTo(page, 'garden');
  assert.deepEqual(await texts(page), ['before, in garden', 'mine, in garden']);
  assert.equal(await page.locator('#message').inputValue(), 'a draft for garden');
  assert.equal(await page.locator('#counter').textContent(), '18 / 120');
  // Leaving loses nothing that was typed.
  await roomsButton(page).click();
  await page.getByRole('button', { name: 'Leave garden' }).click();
  assert.equal(await page.locator('#message').inputValue(), '');
  await panel(page).locator('#others').getByRole('button', { name: 'garden' }).click();
  assert.equal(await page.locator('#message').inputValue(), 'a draft for garden');
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
  await page.getByRole('alert').getByText('This room is only shown here.').waitFor();
  assert.equal(await page.locator('#message').isEditable(), false);
  assert.equal(await page.locator('#publish').isEnabled(), false);
  await goTo(page, '');
  await say(page, 'Ada', 'hello');
  await untilRow(page, { text: 'hello', state: 'sent' });
  await stranger.untilCount(2);
  assert.deepEqual(stranger.topics, ['messages/sensors/cellar', 'messages']);
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
  await goTo(page, 'garden');
  await say(page, 'Ada', 'into the void');
  await page.getByRole('alert').getByText('only Everyone works').waitFor();
  assert.equal(await page.locator('#message').inputValue(), 'into the void');
});

const roomsButton = (page) => page.getByRole('button', { name: /^Rooms/ });
const panel = (page) => page.getByRole('dialog', { name: 'Rooms' });
const listed = (page, id) => page.locator(id).getByRole('button', { name: /^(?!Leave)/ })
  .evaluateAll((all) => all.map((one) => Array.from(one.children, ({ textContent }) => textContent).filter((text) => text !== '@').join(' ').trim()
    .replace(/ +/g, ' ')));
const focused = (page) => page.evaluate(() => document.activeElement.getAttribute('aria-label') ??
  document.activeElement.querySelector('.room-name')?.textContent ?? document.activeElement.id);

test('by keyboard: open, enter a new room, leave it, close; the focus is where one expects it', async (t) => {
  const broker = await startBroker(t);
  const page = await openConnectedPage(t, broker);
  await roomsButton(page).focus();
  await page.keyboard.press('Enter');
  await panel(page).waitFor();
  assert.equal(await roomsButton(page).getAttribute('aria-expanded'), 'true');
  assert.equal(await focused(page), 'Everyone');
  await page.keyboard.press('Escape');
  assert.equal(await panel(page).isVisible(), false);
  assert.equal(await focused(page), 'Rooms');
  assert.equal(await roomsButton(page).getAttribute('aria-expanded'), 'false');

  await page.keyboard.press('Space');
  await page.keyboard.press('Tab');
  assert.equal(await focused(page), 'new-room');
  await page.keyboard.type('a/b');
  await page.keyboard.press('Enter');
  await panel(page).getByText('The name of a room cannot have / + or # in it.').waitFor();
  assert.equal(await page.locator('#new-room').inputValue(), 'a/b');
  await page.keyboard.press('Control+A');
  await page.keyboard.type(' garden ');
  assert.equal(await panel(page).getByRole('alert').textContent(), '');
  await page.keyboard.press('Enter');
  assert.equal(await title(page), 'garden');
  assert.equal(await panel(page).isVisible(), false);
  assert.equal(await focused(page), 'message');

  await roomsButton(page).click();
  assert.equal(await focused(page), 'garden');
  assert.deepEqual(await listed(page, '#entered'), ['Everyone', 'garden']);
  await page.keyboard.press('Tab');
  assert.equal(await focused(page), 'Leave garden');
  await page.keyboard.press('Enter');
  assert.equal(await title(page), 'Messages');
  assert.equal(await panel(page).isVisible(), true, 'more can be left');
  assert.deepEqual(await listed(page, '#entered'), ['Everyone']);
  assert.equal(new URL(page.url()).hash, '');
  await page.keyboard.press('Escape');
  assert.equal(await focused(page), 'Rooms');
});

test('a finger elsewhere closes it, and so does Tab beyond its end', async (t) => {
  const broker = await startBroker(t);
  const page = await openConnectedPage(t, broker, { options: { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true } });
  await roomsButton(page).tap();
  await panel(page).waitFor();
  const box = await panel(page).boundingBox();
  assert.ok(box.x >= 0 && box.x + box.width <= 360, JSON.stringify(box));
  for (const target of await panel(page).getByRole('button').all())
    assert.ok((await target.boundingBox()).height >= 40, 'large enough for a finger');
  await page.locator('#log').tap();
  assert.equal(await panel(page).isVisible(), false);
  await roomsButton(page).tap();
  await panel(page).getByRole('button', { name: 'Enter' }).focus();
  await page.keyboard.press('Tab');
  assert.equal(await panel(page).isVisible(), false);
});

test('unread ones of other rooms: at the button, in the list, gone when read', async (t) => {
  const broker = await startBroker(t);
  const stranger = await joinStranger(t, broker);
  const page = await openConnectedPage(t, broker, { hash: '#room=garden' });
  await goTo(page, 'kitchen');
  // What comes before the history has answered is not read by being shown.
  await page.getByText('No messages yet').waitFor();
  for (const [topic, count] of [['messages/garden', 2], ['messages', 1], ['messages/kitchen', 1], ['messages/elsewhere', 1]]) {
    for (let i = 0; i < count; i += 1)
      await stranger.send(`${i} in ${topic}`, { topic });
  }
  await page.getByRole('button', { name: 'Rooms, 3 unread' }).waitFor();
  assert.equal(await roomsButton(page).textContent().then((text) => text.trim()), '3');
  await roomsButton(page).click();
  await eventually('all of it is listed', async () => {
    assert.deepEqual(await listed(page, '#entered'), ['Everyone 1 unread', 'garden 2 unread', 'kitchen']);
    assert.deepEqual(await listed(page, '#others'), ['elsewhere']);
    return true;
  });
  // What comes while the list is open changes it in place.
  await stranger.send('another', { topic: 'messages/garden' });
  await panel(page).getByRole('button', { name: 'garden 3 unread' }).click();
  assert.equal(await title(page), 'garden');
  await page.getByRole('button', { name: 'Rooms, 1 unread' }).waitFor();
  await untilTitle(page, '(1) garden');
  await roomsButton(page).click();
  await panel(page).getByRole('button', { name: 'elsewhere' }).click();
  await untilTexts(page, ['0 in messages/elsewhere']);
  await roomsButton(page).click();
  assert.deepEqual(await listed(page, '#entered'), ['Everyone 1 unread', 'elsewhere', 'garden', 'kitchen']);
  assert.equal(await page.locator('#others-part').isVisible(), false);
});

test('what came while the page was away is unread, and stands below a line', async (t) => {
  const broker = await startBroker(t, { isPersistent: true });
  const stranger = await joinStranger(t, broker);
  const context = await openContext(t);
  await stranger.send('known', { topic: 'messages/garden' });
  const page = await openConnectedPage(t, broker, { context, hash: '#room=garden' });
  await untilTexts(page, ['known']);
  await goTo(page, 'kitchen');
  await page.getByText('No messages yet').waitFor();
  await goTo(page, '');
  await page.getByText('No messages yet').waitFor();
  await page.close();
  for (const [topic, count] of [['messages/garden', 2], ['messages/kitchen', 1], ['messages/shed', 1]]) {
    for (let i = 0; i < count; i += 1)
      await stranger.send({ name: 'Grace', message: `missed ${i} in ${topic}` }, { topic });
  }
  const again = await openConnectedPage(t, broker, { context });
  await again.getByRole('button', { name: 'Rooms, 3 unread' }).waitFor();
  await untilTitle(again, '(3) Messages');
  await roomsButton(again).click();
  assert.deepEqual(await listed(again, '#entered'), ['Everyone', 'garden 2 unread', 'kitchen 1 unread']);
  assert.deepEqual(await listed(again, '#others'), ['shed']);
  await panel(again).getByRole('button', { name: /^garden/ }).click();
  await untilTexts(again, ['known', 'missed 0 in messages/garden', 'missed 1 in messages/garden']);
  const above = await again.locator('#messages .line.new').evaluate((line) => line.nextElementSibling.querySelector('.text').textContent);
  assert.equal(above, 'missed 0 in messages/garden');
  await untilTitle(again, '(1) garden');
});

test('own messages from another tab are not unread', async (t) => {
  const broker = await startBroker(t);
  const stranger = await joinStranger(t, broker);
  const context = await openContext(t);
  const one = await openConnectedPage(t, broker, { context, hash: '#room=garden' });
  await goTo(one, '');
  const two = await openConnectedPage(t, broker, { context, hash: '#room=garden' });
  await say(two, 'Ada', 'from the other tab');
  await untilRow(two, { text: 'from the other tab', state: 'sent' });
  await goTo(two, '');
  await stranger.send('end', { topic: 'messages/garden' });
  await untilTitle(one, '(1) Messages');
});

test('what is read in one tab is read in the other', async (t) => {
  const broker = await startBroker(t);
  const stranger = await joinStranger(t, broker);
  const context = await openContext(t);
  const one = await openConnectedPage(t, broker, { context, hash: '#room=garden' });
  await goTo(one, '');
  await stranger.send('one', { topic: 'messages/garden' });
  await untilTitle(one, '(1) Messages');
  const two = await openConnectedPage(t, broker, { context, hash: '#room=garden' });
  await untilRow(two, { text: 'one' });
  await untilTitle(two, 'garden');
  await untilTitle(one, 'Messages');
});

test('a host without the list of topics: rooms are known from what is said', async (t) => {
  const broker = await startBroker(t);
  const stranger = await joinStranger(t, broker);
  await stranger.send('before', { topic: 'messages/silent' });
  const context = await openContext(t);
  await context.route(/\/api\/topics/, (route) => route.fulfill({ status: 404, body: 'Not Found' }));
  const page = await openConnectedPage(t, broker, { context });
  await stranger.send('now', { topic: 'messages/loud' });
  await stranger.send('end');
  await untilRow(page, { text: 'end' });
  await roomsButton(page).click();
  assert.deepEqual(await listed(page, '#others'), ['loud']);
  assert.equal(await page.locator('#status').textContent(), '');
});

test('a host that is busy is asked for the list of topics again', async (t) => {
  const broker = await startBroker(t);
  const stranger = await joinStranger(t, broker);
  await stranger.send('before', { topic: 'messages/silent' });
  const context = await openContext(t);
  let asked = 0;
  await context.route(/\/api\/topics/, (route) => (asked++ === 0 ? route.fulfill({ status: 503, body: '{}' }) : route.fallback()));
  const page = await openConnectedPage(t, broker, { context });
  await eventually('it is asked again', () => asked > 1);
  await roomsButton(page).click();
  await eventually('the rooms are known', async () => (await listed(page, '#others')).includes('silent'));
});

await run();
