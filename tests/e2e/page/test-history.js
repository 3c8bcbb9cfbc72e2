// SPDX-License-Identifier: LGPL-2.1-or-later
//
// What was said before the page was there, or while it was away.

import assert from 'node:assert/strict';

import { startBroker } from '../support/broker.js';
import {
  keepPicture, openConnectedPage, openContext, openGate, openPage, say, texts, untilBadge, untilRow, untilTexts,
} from '../support/browser.js';
import { eventually, run, test } from '../support/check.js';
import { mosquittoPub } from '../support/mosquitto.js';
import { joinStranger } from '../support/strangers.js';

const numbers = (from, to) => Array.from({ length: to - from + 1 }, (unused, i) => from + i);
const words = (from, to) => numbers(from, to).map((number) => `message ${number}`);
// As many at once as a broker takes from one client: each waits for the disk.
const atOnce = 10;

async function tell(stranger, from, to) {
  for (let first = from; first <= to; first += atOnce) {
    await Promise.all(numbers(first, Math.min(first + atOnce - 1, to)).map((number) =>
      stranger.send({ name: `Name ${number % 7}`, message: `message ${number}` })));
  }
}

// The row at the upper edge, and where it is.
const place = (page) => page.locator('#log').evaluate((log) => {
  const { bottom } = log.querySelector('thead').getBoundingClientRect();
  const row = Array.from(document.querySelectorAll('#messages > :not(.line)'))
    .find((one) => one.getBoundingClientRect().bottom > bottom + 20);
  return { text: row.querySelector('.text').textContent, top: row.getBoundingClientRect().top };
});

const atEnd = (page) => page.locator('#log').evaluate((log) => log.scrollHeight - log.scrollTop - log.clientHeight <= 1);

test('on joining, the last hundred are there, in order, and the end is in sight', async (t) => {
  const broker = await startBroker(t);
  const stranger = await joinStranger(t, broker);
  await tell(stranger, 1, 150);
  const page = await openConnectedPage(t, broker);
  await untilRow(page, { text: 'message 150' });
  await untilTexts(page, words(51, 150));
  assert.equal(await atEnd(page), true);
  assert.equal(await page.title(), 'Messages');
  assert.equal(await page.locator('#newer').isVisible(), false);
  await tell(stranger, 151, 152);
  await untilTexts(page, words(51, 152));
  assert.equal(await atEnd(page), true);
});

test('nothing was said yet: the page says so, not before it knows', async (t) => {
  const broker = await startBroker(t);
  const context = await openContext(t);
  let release;
  const held = new Promise((resolve) => { release = resolve; });
  await context.route(/\/api\/messages/, async (route) => {
    await held;
    await route.continue();
  });
  const page = await openConnectedPage(t, broker, { context });
  assert.equal(await page.locator('#empty').isVisible(), false);
  release();
  await page.getByText('No messages yet').waitFor();
});

test('what comes live before the answer is neither lost nor shown twice', async (t) => {
  const broker = await startBroker(t);
  const stranger = await joinStranger(t, broker);
  await tell(stranger, 1, 10);
  const context = await openContext(t);
  let release;
  const held = new Promise((resolve) => { release = resolve; });
  await context.route(/\/api\/messages/, async (route) => {
    await held;
    await route.continue();
  });
  const page = await openConnectedPage(t, broker, { context });
  await tell(stranger, 11, 13);
  await stranger.send('no name, no id');
  await untilTexts(page, [...words(11, 13), 'no name, no id']);
  release();
  await untilTexts(page, [...words(1, 13), 'no name, no id']);
});

test('scrolling up brings older ones, without moving what is read, until the first', async (t) => {
  const broker = await startBroker(t);
  const stranger = await joinStranger(t, broker);
  await tell(stranger, 1, 250);
  const page = await openConnectedPage(t, broker);
  await untilTexts(page, words(151, 250));
  const log = page.locator('#log');

  for (const first of [51, 1]) {
    await log.evaluate((element) => {
      element.scrollTop = element.clientHeight;
      const { bottom } = element.querySelector('thead').getBoundingClientRect();
      const row = Array.from(document.querySelectorAll('#messages > :not(.line)'))
        .find((one) => one.getBoundingClientRect().bottom > bottom + 20);
      window.watched = { row, top: row.getBoundingClientRect().top };
    });
    await untilTexts(page, words(first, 250));
    const moved = await page.evaluate(() => window.watched.row.getBoundingClientRect().top - window.watched.top);
    assert.ok(Math.abs(moved) <= 2, `what is read has moved by ${moved}`);
  }
  await keepPicture(page, 'page-history');
  await log.evaluate((element) => { element.scrollTop = 0; });
  await tell(stranger, 251, 251);
  await page.getByRole('button', { name: '1 new' }).waitFor();
  assert.equal((await place(page)).text, 'message 1');
});

test('five hundred rows at most: the end goes when the top comes, and comes back', async (t) => {
  const broker = await startBroker(t);
  const stranger = await joinStranger(t, broker);
  await tell(stranger, 1, 700);
  const page = await openConnectedPage(t, broker);
  await untilTexts(page, words(601, 700));
  const log = page.locator('#log');
  for (const first of [501, 401, 301, 201, 101, 1]) {
    await log.evaluate((element) => { element.scrollTop = 0; });
    await eventually(`message ${first} is there`, async () => (await texts(page))[0] === `message ${first}`);
  }
  await untilTexts(page, words(1, 500));
  // What comes now is behind what is not held: it is counted.
  await tell(stranger, 701, 702);
  await page.getByRole('button', { name: '2 new' }).waitFor();
  assert.equal((await texts(page)).at(-1), 'message 500');

  for (const last of [600, 700, 702]) {
    await log.evaluate((element) => { element.scrollTop = element.scrollHeight; });
    await eventually(`message ${last} is there`, async () => (await texts(page)).at(-1) === `message ${last}`);
  }
  await untilTexts(page, words(203, 702));
  await eventually('it is at the end', async () => {
    await log.evaluate((element) => { element.scrollTop = element.scrollHeight; });
    return !await page.locator('#newer').isVisible();
  });
  await tell(stranger, 703, 703);
  await untilTexts(page, words(204, 703));
  assert.equal(await atEnd(page), true);
});

test('the way to the end is short, by the button and by writing', async (t) => {
  const broker = await startBroker(t);
  const stranger = await joinStranger(t, broker);
  await tell(stranger, 1, 650);
  const page = await openConnectedPage(t, broker);
  await untilTexts(page, words(551, 650));
  const up = async () => {
    await eventually('the first is there', async () => {
      await page.locator('#log').evaluate((element) => { element.scrollTop = 0; });
      return (await texts(page))[0] === 'message 1';
    });
  };
  await up();
  await tell(stranger, 651, 651);
  await page.getByRole('button', { name: '1 new' }).click();
  await untilTexts(page, words(552, 651));
  await eventually('it is at the end', () => atEnd(page));

  await up();
  await say(page, 'Ada', 'and here');
  await untilRow(page, { text: 'and here', state: 'sent' });
  // The answer comes at any time, was made before or after it was recorded, and is shown from its end, in two frames.
  const first = await eventually('the newest are there', async () => {
    const number = Number((await texts(page))[0].slice('message '.length));
    return number === 552 || number === 553 ? number : Promise.reject(new Error(`from ${number}`));
  });
  await untilTexts(page, [...words(first, 651), 'and here']);
  await eventually('it is at the end again', () => atEnd(page));
});

test('a break: what was missed is there, once and in order, and what was written meanwhile is sent once', async (t) => {
  const broker = await startBroker(t);
  const stranger = await joinStranger(t, broker);
  const context = await openContext(t);
  const gate = await openGate(context);
  await tell(stranger, 1, 5);
  const page = await openConnectedPage(t, broker, { context });
  await untilTexts(page, words(1, 5));
  gate.close();
  await untilBadge(page, 'offline');
  await tell(stranger, 6, 230);
  await say(page, 'Ada', 'from the tunnel');
  await untilRow(page, { text: 'from the tunnel', state: 'waiting' });
  gate.open();
  await untilBadge(page, 'connected');
  await untilRow(page, { text: 'from the tunnel', state: 'sent' });
  await tell(stranger, 231, 231);
  await untilTexts(page, [...words(1, 230), 'from the tunnel', 'message 231']);
  assert.equal(stranger.heardJson().filter(({ message }) => message === 'from the tunnel').length, 1);
});

test('too much was missed: the newest are there, and the rest on scrolling up', async (t) => {
  const broker = await startBroker(t);
  const stranger = await joinStranger(t, broker);
  const context = await openContext(t);
  const gate = await openGate(context);
  await tell(stranger, 1, 5);
  const page = await openConnectedPage(t, broker, { context });
  await untilTexts(page, words(1, 5));
  gate.close();
  await untilBadge(page, 'offline');
  await tell(stranger, 6, 620);
  gate.open();
  await untilBadge(page, 'connected');
  await untilTexts(page, words(521, 620));
  await page.locator('#log').evaluate((element) => { element.scrollTop = 0; });
  await eventually('older ones are there', async () => (await texts(page))[0] === 'message 421');
});

test('the host is killed and comes back with its log: nothing is lost or doubled', async (t) => {
  const broker = await startBroker(t, { isPersistent: true });
  await tell(await joinStranger(t, broker), 1, 3);
  const page = await openConnectedPage(t, broker);
  await untilTexts(page, words(1, 3));
  await broker.kill();
  await untilBadge(page, 'offline');
  await broker.start();
  const stranger = await joinStranger(t, broker);
  await tell(stranger, 4, 6);
  await untilBadge(page, 'connected');
  await tell(stranger, 7, 8);
  await untilTexts(page, words(1, 8));
});

test('the host comes back with another log: what it has stands below what is there', async (t) => {
  const broker = await startBroker(t);
  await tell(await joinStranger(t, broker), 1, 3);
  const page = await openConnectedPage(t, broker);
  await untilTexts(page, words(1, 3));
  await broker.kill();
  await untilBadge(page, 'offline');
  await broker.start();
  await tell(await joinStranger(t, broker), 4, 6);
  await untilBadge(page, 'connected');
  await untilTexts(page, words(1, 6));
});

test('a reload shows own messages as sent, and retained ones once', async (t) => {
  const broker = await startBroker(t, { isPersistent: true });
  const page = await openConnectedPage(t, broker);
  await mosquittoPub(broker, ['-t', 'messages', '-r', '-m', 'Welcome']);
  await untilRow(page, { text: 'Welcome' });
  await say(page, 'Ada', 'mine');
  await untilRow(page, { text: 'mine', state: 'sent' });
  await page.reload();
  await untilRow(page, { text: 'mine', state: 'sent', isOwn: true });
  await untilTexts(page, ['Welcome', 'mine']);
  // Started anew, the host has forgotten the number of what it retains.
  await broker.stop();
  await untilBadge(page, 'offline');
  await broker.start();
  await untilBadge(page, 'connected');
  await page.reload();
  await untilRow(page, { text: 'mine' });
  await untilTexts(page, ['Welcome', 'mine']);
});

test('messages of a megabyte: they come, in smaller portions, and no more than the page bears', async (t) => {
  const broker = await startBroker(t, { isPersistent: true });
  const stranger = await joinStranger(t, broker);
  const huge = 'x'.repeat(1_000_000);
  for (let i = 0; i < 40; i += 1)
    await stranger.send({ message: `${i} ${huge}` });
  await stranger.send('end');
  const page = await openConnectedPage(t, broker);
  // To ask for all that they say takes long.
  const messages = page.locator('#messages > :not(.line)');
  await page.getByText('end', { exact: true }).waitFor({ timeout: 60_000 });
  await eventually('more are there than one answer has', async () => {
    await page.locator('#log').evaluate((element) => { element.scrollTop = 0; });
    return await messages.count() >= 14;
  });
  const count = await messages.count();
  assert.ok(count <= 17, `${count} rows`);
});

for (const [what, answer] of [
  ['does not know the question', { status: 404, body: 'Not Found' }],
  ['answers with a page', { status: 200, contentType: 'text/html', body: '<html>' }],
  ['wants a password', { status: 401, contentType: 'application/json', body: '{"error":"no"}' }],
]) {
  test(`a host that ${what}: the page begins empty, and says nothing of it`, async (t) => {
    const broker = await startBroker(t);
    const stranger = await joinStranger(t, broker);
    await tell(stranger, 1, 2);
    const context = await openContext(t);
    let asked = 0;
    await context.route(/\/api\/messages/, (route) => {
      asked += 1;
      return route.fulfill(answer);
    });
    const page = await openConnectedPage(t, broker, { context });
    await page.getByText('No messages yet').waitFor();
    await tell(stranger, 3, 4);
    await untilTexts(page, words(3, 4));
    await page.locator('#log').evaluate((element) => { element.scrollTop = 0; });
    assert.equal(await page.locator('#status').textContent(), '');
    assert.equal(asked, 1);
  });
}

test('a host that fails once is asked again', async (t) => {
  const broker = await startBroker(t);
  const stranger = await joinStranger(t, broker);
  await tell(stranger, 1, 2);
  const context = await openContext(t);
  let asked = 0;
  await context.route(/\/api\/messages/, (route) => {
    asked += 1;
    return asked === 1 ? route.fulfill({ status: 503, body: '{"error":"busy"}' }) : route.continue();
  });
  const page = await openPage(t, broker, { context });
  await untilTexts(page, words(1, 2));
  assert.equal(asked, 2);
});

await run();
