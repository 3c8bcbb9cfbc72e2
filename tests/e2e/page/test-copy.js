// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Copying messages and links: with the mouse, by keyboard, under a thumb.

import assert from 'node:assert/strict';

import { entriesOf } from '../../../data/web/row-menu.js';
import { startBroker } from '../support/broker.js';
import { openConnectedPage, untilRow, watchSaid } from '../support/browser.js';
import { eventually, run, test } from '../support/check.js';
import { joinStranger } from '../support/strangers.js';

const row = (page, name) => page.getByRole('row', { name });
const items = (page) => page.getByRole('menuitem').allTextContents();

// What the clipboard has, put into the field by its own key.
async function pasted(page) {
  const field = page.getByRole('textbox', { name: 'Message', exact: true });
  await field.fill('');
  await field.press('Control+V');
  return field.inputValue();
}

// Chooses from the menu, and waits until it is done: browsers take a moment for that.
async function copy(page, item, words) {
  const untilSaid = await watchSaid(page);
  await page.getByRole('menuitem', { name: item }).click();
  assert.equal(await untilSaid(), words);
}

test('entries: the message, and each link once', () => {
  const copied = (text) => entriesOf(text).map((entry) => [entry.words, entry.detail, entry.text]);
  assert.deepEqual(copied('one\ntwo'), [['Copy message', '', 'one\ntwo']]);
  assert.deepEqual(copied('see http://a.example, http://a.example'),
    [['Copy message', '', 'see http://a.example, http://a.example'], ['Copy link', '', 'http://a.example']]);
  const long = `http://b.example/${'x'.repeat(60)}`;
  assert.deepEqual(copied(`http://a.example ${long}`).slice(1),
    [['Copy link', 'http://a.example', 'http://a.example'], ['Copy link', `${long.slice(0, 39)}…`, long]]);
  for (const [count, wanted] of [[5, 6], [6, 6]])
    assert.equal(entriesOf(Array.from({ length: count }, (unused, i) => `http://${i}.example`).join(' ')).length, wanted);
});

for (const [what, host] of [['a secure page', '127.0.0.1'], ['plain http in a LAN', 'desk.local']]) {
  test(`${what}: the mouse over a row shows its button, and the menu copies`, async (t) => {
    const broker = await startBroker(t);
    const stranger = await joinStranger(t, broker);
    const page = await openConnectedPage(t, { ...broker, url: broker.url.replace('127.0.0.1', host) });
    assert.equal(await page.evaluate(() => isSecureContext), host === '127.0.0.1');
    const text = `two\nlines, http://192.168.1.31/talk.pdf and ${'so on '.repeat(400)}end`;
    await stranger.send({ name: 'Grace', message: text });
    await stranger.send({ name: 'Linus', message: 'Thanks' });
    await untilRow(page, { text: 'Thanks' });
    const button = page.getByRole('button', { name: 'Message menu' });
    assert.equal(await button.isVisible(), false);

    await page.locator('#message').focus();
    await row(page, /Thanks/).hover();
    await button.click();
    assert.deepEqual(await items(page), ['Copy message']);
    await copy(page, 'Copy message', 'Message copied');
    assert.equal(await page.getByRole('menu').isVisible(), false);
    assert.equal(await page.evaluate(() => document.activeElement.id), 'message');
    assert.equal(await pasted(page), 'Thanks');

    await row(page, /^Grace/).hover({ position: { x: 20, y: 20 } });
    await button.click();
    assert.deepEqual(await items(page), ['Copy message', 'Copy link']);
    await copy(page, 'Copy link', 'Link copied');
    assert.equal(await pasted(page), 'http://192.168.1.31/talk.pdf');
    await row(page, /^Grace/).hover({ position: { x: 20, y: 20 } });
    await button.click();
    await copy(page, 'Copy message', 'Message copied');
    assert.equal(await pasted(page), text, 'what is folded is copied, too');
    await eventually('what was said goes', async () => await page.locator('#said').textContent() === '');
  });
}

test('by keyboard: arrows from message to message, Enter for the menu, Escape back', async (t) => {
  const broker = await startBroker(t);
  const stranger = await joinStranger(t, broker);
  const page = await openConnectedPage(t, broker);
  for (const message of ['one', 'two', `high\n${'line\n'.repeat(10)}`, 'four'])
    await stranger.send({ name: 'Grace', message });
  await untilRow(page, { text: 'four' });
  await page.locator('#log').focus();
  const focused = () => page.evaluate(() => document.activeElement.id || document.activeElement.querySelector('.text').textContent);
  await page.keyboard.press('ArrowUp');
  assert.equal(await focused(), 'four');
  for (let i = 0; i < 4; i += 1)
    await page.keyboard.press('ArrowUp');
  assert.equal(await focused(), 'one', 'the first is the last on this way, and no line is one');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  assert.deepEqual(await items(page), ['Copy message']);
  assert.equal(await page.evaluate(() => document.activeElement.textContent), 'Copy message');
  await page.keyboard.press('Escape');
  assert.equal(await page.getByRole('menu').isVisible(), false);
  assert.equal(await focused(), 'two');
  await page.keyboard.press('Enter');
  const untilSaid = await watchSaid(page);
  await page.keyboard.press('Enter');
  assert.equal(await untilSaid(), 'Message copied');
  assert.equal(await focused(), 'two');
  await page.keyboard.press('Escape');
  assert.equal(await focused(), 'log');
  assert.equal(await pasted(page), 'two');
});

test('the focus is not lost when its row has to go', async (t) => {
  const broker = await startBroker(t);
  const stranger = await joinStranger(t, broker);
  const page = await openConnectedPage(t, broker);
  await stranger.send('first');
  await untilRow(page, { text: 'first' });
  await page.locator('#log').focus();
  await page.keyboard.press('ArrowUp');
  for (let i = 0; i < 500; i += 1)
    stranger.send(`message ${i}`, { qos: 0 });
  await untilRow(page, { text: 'message 499' });
  await eventually('the table has it', () => page.evaluate(() => document.activeElement.id === 'log'));
  assert.equal(await page.locator('#row-button').isVisible(), false);
});

test('under a thumb: a tap on a message shows the button, one beside it closes the menu', async (t) => {
  const broker = await startBroker(t);
  const stranger = await joinStranger(t, broker);
  const options = { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true };
  const page = await openConnectedPage(t, broker, { options });
  await stranger.send({ name: 'Grace', message: 'http://192.168.1.31/a http://192.168.1.31/b' });
  await stranger.send({ name: 'Linus', message: 'Thanks' });
  await untilRow(page, { text: 'Thanks' });
  await row(page, /Thanks/).tap();
  const button = page.getByRole('button', { name: 'Message menu' });
  await button.waitFor();
  const { width, height } = await button.boundingBox();
  assert.ok(width >= 40 && height >= 40, `${width}x${height}`);
  await button.tap();
  const menu = await page.getByRole('menu').boundingBox();
  assert.ok(menu.x >= 0 && menu.x + menu.width <= 360 && menu.y + menu.height <= 740, JSON.stringify(menu));
  await row(page, /^Grace/).locator('time').tap();
  assert.equal(await page.getByRole('menu').isVisible(), false);
  await button.tap();
  assert.deepEqual(await items(page),
    ['Copy message', 'Copy link http://192.168.1.31/a', 'Copy link http://192.168.1.31/b']);
  const untilSaid = await watchSaid(page);
  await page.getByRole('menuitem').nth(2).tap();
  assert.equal(await untilSaid(), 'Link copied');
  assert.equal(await pasted(page), 'http://192.168.1.31/b');
});

await run();
