// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Reading: the lines between the messages, and where somebody has been.

import assert from 'node:assert/strict';

import { startBroker } from '../support/broker.js';
import { openConnectedPage, openContext, openPage, openSettledPage, rows, say, untilRow } from '../support/browser.js';
import { eventually, run, test } from '../support/check.js';
import { joinStranger } from '../support/strangers.js';

const numbers = (from, to) => Array.from({ length: to - from + 1 }, (unused, i) => from + i);

// What stands in the table, from above: the texts of messages, and lines as [line].
const table = (page) => page.locator('#messages').evaluate((body) => Array.from(body.rows, (row) =>
  (row.classList.contains('line') ? [row.textContent] : row.querySelector('.text').textContent)));

async function untilTable(page, wanted) {
  await eventually('the table is as it should be', async () => {
    assert.deepEqual(await table(page), wanted);
    return true;
  });
}

const show = (page, state) => page.evaluate((value) => {
  Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => value });
  document.dispatchEvent(new Event('visibilitychange'));
}, state);

// A host whose history has messages of these times; asked for older ones, it has `older`.
async function openWithPast(t, broker, newest, older = []) {
  const message = ([seq, timeMs, text]) => ({
    seq, time: timeMs, topic: 'messages', payload: JSON.stringify({ name: 'Grace', message: text, from: '1'.repeat(16) }), client: 'c',
  });
  const context = await openContext(t);
  await context.route(/\/api\/messages/, (route) => {
    const isOlder = new URL(route.request().url()).searchParams.has('before');
    return route.fulfill({
      contentType: 'application/json',
      body: JSON.stringify({ log: 'a', messages: (isOlder ? older : newest).map(message), more: !isOlder && older.length > 0 }),
    });
  });
  return openConnectedPage(t, broker, { context });
}

test('a line above each day, and names that are left out, also when older ones come on top', async (t) => {
  const broker = await startBroker(t);
  const noon = new Date();
  noon.setHours(12, 0, 0, 0);
  const ago = (days, minutes = 0) => new Date(noon).setDate(noon.getDate() - days) + minutes * 60_000;
  const dated = new Date(ago(400));
  const words = (options) => new Intl.DateTimeFormat('en-GB', options).format(dated);
  const older = [[1, dated.getTime(), 'long ago'], [2, ago(1, 4), 'before']];
  const newest = [[3, ago(1, 9), 'after nine'], [4, ago(1, 14), 'after fourteen'], [5, ago(1, 20), 'after twenty'], [6, ago(0), 'noon']];
  const page = await openWithPast(t, broker, newest, older);
  await untilTable(page, [
    [`${words({ weekday: 'long' })}, ${dated.getDate()} ${words({ month: 'long' })} ${dated.getFullYear()}`], 'long ago',
    ['Yesterday'], 'before', 'after nine', 'after fourteen', 'after twenty', ['Today'], 'noon',
  ]);
  assert.deepEqual((await rows(page)).map(({ continues }) => continues), [false, false, true, true, false, false]);
  // Each is a row of the table for those who listen.
  await page.getByRole('row', { name: 'Yesterday' }).getByRole('cell').waitFor();
});

test('the time is short, and in full under the mouse', async (t) => {
  const broker = await startBroker(t);
  const stranger = await joinStranger(t, broker);
  const page = await openConnectedPage(t, broker);
  await stranger.send('one');
  await untilRow(page, { text: 'one' });
  const time = page.locator('#messages time');
  assert.match(await time.textContent(), /^\d\d:\d\d$/);
  await time.hover();
  const title = await eventually('it is there in full', () => time.getAttribute('title'));
  assert.match(title, new RegExp(`${new Date().getFullYear()}.*\\d\\d:\\d\\d:\\d\\d`));
});

test('at midnight Today becomes Yesterday', async (t) => {
  const broker = await startBroker(t, { lines: ['record none'] });
  const stranger = await joinStranger(t, broker);
  const midnight = new Date();
  midnight.setHours(24, 0, 0, 0);
  const page = await openPage(t, broker, { context: await openContext(t) });
  await page.clock.setFixedTime(midnight.getTime() - 3_000);
  await page.reload();
  await page.locator('.connected').waitFor();
  await stranger.send({ name: 'Grace', message: 'late' });
  await untilTable(page, [['Today'], 'late']);
  await page.clock.setFixedTime(midnight.getTime() + 10);
  await untilTable(page, [['Yesterday'], 'late']);
});

test('what came while nobody looked stands below a line, until one writes', async (t) => {
  const broker = await startBroker(t);
  const stranger = await joinStranger(t, broker);
  const page = await openConnectedPage(t, broker);
  await stranger.send({ name: 'Grace', message: 'seen' });
  await untilTable(page, [['Today'], 'seen']);
  await show(page, 'hidden');
  const from = await page.evaluate(() => localStorage.getItem('hubbub.from'));
  await stranger.send({ name: 'Ada', message: 'my other tab', from });
  await stranger.send({ name: 'Grace', message: 'new 1' });
  await stranger.send({ name: 'Grace', message: 'new 2' });
  await untilRow(page, { text: 'new 2' });
  await show(page, 'visible');
  await untilTable(page, [['Today'], 'seen', 'my other tab', ['New'], 'new 1', 'new 2']);
  // Read on, it stays; hidden again, it is where one was then.
  await stranger.send({ name: 'Grace', message: 'live' });
  await untilTable(page, [['Today'], 'seen', 'my other tab', ['New'], 'new 1', 'new 2', 'live']);
  await show(page, 'hidden');
  await untilTable(page, [['Today'], 'seen', 'my other tab', 'new 1', 'new 2', 'live']);
  await stranger.send({ name: 'Grace', message: 'new 3' });
  await untilTable(page, [['Today'], 'seen', 'my other tab', 'new 1', 'new 2', 'live', ['New'], 'new 3']);
  await show(page, 'visible');
  await say(page, 'Ada', 'mine');
  await untilTable(page, [['Today'], 'seen', 'my other tab', 'new 1', 'new 2', 'live', 'new 3', 'mine']);
});

test('what came in a hidden tab, where nothing is drawn, stays below its line when one scrolls up to it', async (t) => {
  const broker = await startBroker(t);
  const stranger = await joinStranger(t, broker);
  const page = await openSettledPage(t, broker);
  for (const number of numbers(1, 40))
    await stranger.send({ name: 'Grace', message: `message ${number}` });
  await untilRow(page, { text: 'message 40' });
  await page.evaluate(() => {
    const { requestAnimationFrame } = window;
    const held = [];
    window.requestAnimationFrame = (callback) => held.push(callback);
    window.release = () => {
      window.requestAnimationFrame = requestAnimationFrame;
      held.forEach((callback) => requestAnimationFrame(callback));
    };
  });
  await show(page, 'hidden');
  for (const number of numbers(41, 80))
    await stranger.send({ name: 'Grace', message: `message ${number}` });
  await eventually('all have come', async () => (await page.title()).startsWith('(40)'));
  await show(page, 'visible');
  await page.evaluate(() => window.release());
  await untilRow(page, { text: 'message 80' });
  const line = page.getByText('New', { exact: true });
  await line.waitFor();
  await page.locator('#log').evaluate((element) => { element.scrollTop -= 300; });
  await stranger.send({ name: 'Grace', message: 'message 81' });
  await page.getByRole('button', { name: '1 new' }).waitFor();
  const all = await table(page);
  assert.equal(all[all.findIndex((one) => one[0] === 'New') + 1], 'message 41');
});

test('scrolled up, the line is where one was, and stays when one goes back to see it', async (t) => {
  const broker = await startBroker(t);
  const stranger = await joinStranger(t, broker);
  const page = await openConnectedPage(t, broker);
  for (const number of numbers(1, 60))
    await stranger.send({ name: 'Grace', message: `message ${number}` });
  await untilRow(page, { text: 'message 60' });
  const log = page.locator('#log');
  const scrollUp = () => log.evaluate((element) => { element.scrollTop -= 300; });
  const lineAbove = async () => {
    const all = await table(page);
    return all[all.findIndex((one) => one[0] === 'New') + 1];
  };
  await scrollUp();
  await stranger.send({ name: 'Grace', message: 'message 61' });
  await page.getByRole('button', { name: '1 new' }).waitFor();
  assert.equal(await lineAbove(), 'message 61');
  await page.getByRole('button', { name: '1 new' }).click();
  await eventually('the button is gone', async () => !await page.locator('#newer').isVisible());
  assert.equal(await page.getByText('New', { exact: true }).isVisible(), true);
  await scrollUp();
  await stranger.send({ name: 'Grace', message: 'message 62' });
  await page.getByRole('button', { name: '1 new' }).waitFor();
  assert.equal(await lineAbove(), 'message 61');

  // Something was read at the end since: the next time it is behind that.
  await page.getByRole('button', { name: '1 new' }).click();
  await stranger.send({ name: 'Grace', message: 'message 63' });
  await untilRow(page, { text: 'message 63' });
  await scrollUp();
  await eventually('the line is gone', async () => !(await table(page)).some((one) => one[0] === 'New'));
  await stranger.send({ name: 'Grace', message: 'message 64' });
  await eventually('the line is there', async () => await lineAbove() === 'message 64');
});

test('an own message that waited over midnight stands on the day on which it was sent', async (t) => {
  const broker = await startBroker(t);
  const page = await openConnectedPage(t, broker);
  const yesterday = Date.now() - 86_400_000;
  await broker.stop();
  await page.clock.setFixedTime(yesterday);
  await say(page, 'Ada', 'waited');
  await untilRow(page, { text: 'waited', state: 'waiting' });
  await page.clock.setFixedTime(yesterday + 86_400_000);
  await broker.start();
  await untilRow(page, { text: 'waited', state: 'sent' }, { timeoutMs: 20_000 });
  // That is told by the message itself, which may come behind its acknowledgement.
  await eventually('it has the time at which it was sent', async () =>
    Math.abs(Date.parse((await rows(page))[0].time) - Date.now()) < 3_600_000);
  await untilTable(page, [['Today'], 'waited']);
});

test('a message that mentions the reader stands out, also after the name was changed', async (t) => {
  const broker = await startBroker(t);
  const stranger = await joinStranger(t, broker);
  const page = await openConnectedPage(t, broker);
  await page.getByLabel('First Name').fill('Ada');
  await stranger.send({ name: 'Grace', message: 'Who has the key, Ada?' });
  await stranger.send({ name: 'Grace', message: 'Canada is far' });
  await stranger.send('@ada: 22 degrees');
  await stranger.send({ name: 'Linus', message: 'I, Linus, have it' });
  await say(page, 'Ada', 'Ada has it');
  await untilRow(page, { text: 'Ada has it', state: 'sent' });
  const standingOut = () => page.locator('#messages .mention .text').allTextContents();
  await eventually('two stand out', async () => {
    assert.deepEqual(await standingOut(), ['Who has the key, Ada?', '@ada: 22 degrees']);
    return true;
  });
  const described = await page.getByRole('row', { name: /Who has the key/ }).evaluate((row) =>
    document.getElementById(row.getAttribute('aria-describedby')).textContent);
  assert.equal(described, 'mentions you');
  const colour = (text) => page.getByRole('row', { name: text }).evaluate((row) => getComputedStyle(row).backgroundColor);
  assert.notEqual(await colour(/Who has/), await colour(/Canada/));
  await page.getByLabel('First Name').fill('linus');
  await eventually('another one stands out', async () => (await standingOut()).join() === 'I, Linus, have it');
  assert.equal(await page.locator('[aria-describedby="mentions-you"]').count(), 1);
});

test('two of one name are told apart as soon as there are two, and no longer', async (t) => {
  const broker = await startBroker(t);
  const stranger = await joinStranger(t, broker);
  const page = await openSettledPage(t, broker);
  const names = async () => (await rows(page)).map(({ name }) => name);
  await stranger.send({ name: 'Grace', message: 'one', from: '3f2a'.padEnd(16, '0') });
  await untilRow(page, { text: 'one' });
  assert.deepEqual(await names(), ['Grace']);
  await stranger.send({ name: 'Grace', message: 'two', from: '77e1'.padEnd(16, '0') });
  await stranger.send({ name: 'Grace', message: 'three', from: '77e1'.padEnd(16, '0') });
  await stranger.send({ name: 'Grace', message: 'four' });
  await untilRow(page, { text: 'four' });
  assert.deepEqual(await names(), ['Grace ·3f2a', 'Grace ·77e1', 'Grace ·77e1', 'Grace']);
  // The first one goes, since there is no room for it any more.
  for (const number of numbers(1, 499))
    stranger.send({ name: 'Linus', message: `message ${number}` }, { qos: 0 });
  await untilRow(page, { text: 'message 499' });
  await eventually('it is plain again', async () => (await names())[0] === 'Grace');
});

await run();
