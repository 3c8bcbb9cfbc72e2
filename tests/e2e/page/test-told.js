// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Being told of what comes while nobody looks, and the switches for it.

import assert from 'node:assert/strict';

import { startBroker } from '../support/broker.js';
import {
  cutNetwork, openConnectedPage, openContext, openGate, openSettledPage, say, untilBadge, untilRow,
} from '../support/browser.js';
import { eventually, run, test } from '../support/check.js';
import { joinStranger } from '../support/strangers.js';

// Counts what would be heard and felt.
async function openRecordingContext(t) {
  const context = await openContext(t);
  await context.addInitScript(() => {
    window.tones = 0;
    window.vibrations = 0;
    const { start } = OscillatorNode.prototype;
    OscillatorNode.prototype.start = function startCounted(...args) {
      window.tones += 1;
      return start.apply(this, args);
    };
    Object.defineProperty(Navigator.prototype, 'vibrate', {
      configurable: true,
      value: () => {
        window.vibrations += 1;
        return true;
      },
    });
  });
  return context;
}

const told = (page) => page.evaluate(() => [window.tones, window.vibrations]);
const look = (page, isLooking) => page.evaluate((value) => {
  Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => (value ? 'visible' : 'hidden') });
  document.dispatchEvent(new Event('visibilitychange'));
}, isLooking);
const menu = (page) => page.getByRole('button', { name: 'Menu', exact: true });
const toggle = (page, name) => page.getByRole('switch', { name });
const icon = (page) => page.locator('link[rel="icon"]').getAttribute('href');

async function untilTitle(page, wanted) {
  await eventually(`the title is ${wanted}`, async () => await page.title() === wanted ||
    Promise.reject(new Error(await page.title())));
}

test('the switches: by keyboard, off at first, and remembered in other tabs', async (t) => {
  const broker = await startBroker(t);
  const context = await openContext(t);
  const page = await openConnectedPage(t, broker, { context });
  const other = await openConnectedPage(t, broker, { context });
  await menu(page).focus();
  await page.keyboard.press('Enter');
  const names = await page.getByRole('switch').evaluateAll((all) => all.map((one) => [one.name, one.checked]));
  assert.deepEqual(names, [['do-not-disturb', false], ['sound', false], ['vibrate', false], ['enter-publishes', true]]);
  assert.equal(await page.evaluate(() => document.activeElement.name), 'do-not-disturb');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Space');
  assert.equal(await toggle(page, 'Sound').isChecked(), true);
  await page.keyboard.press('Escape');
  assert.equal(await page.evaluate(() => document.activeElement.id), 'menu-button');
  await menu(other).click();
  await eventually('the other tab has heard of it', () => toggle(other, 'Sound').isChecked());
  await page.reload();
  await untilBadge(page, 'connected');
  await menu(page).click();
  assert.equal(await toggle(page, 'Sound').isChecked(), true);
  assert.equal(await toggle(page, 'Vibrate').isChecked(), false);
});

test('Enter publishes: switched off, it breaks the line, and the hint says so', async (t) => {
  const broker = await startBroker(t);
  const page = await openConnectedPage(t, broker);
  await menu(page).click();
  await toggle(page, 'Enter publishes').uncheck();
  await page.keyboard.press('Escape');
  await page.getByText('Ctrl+Enter publishes · Enter breaks the line').waitFor();
  const field = page.locator('#message');
  await field.focus();
  await page.keyboard.type('one');
  await page.keyboard.press('Enter');
  await page.keyboard.type('two');
  await page.keyboard.press('Control+Enter');
  await untilRow(page, { text: 'one\ntwo', state: 'sent' });
});

test('while nobody looks: a sound and a vibration if they are on, and none at a burst', async (t) => {
  const broker = await startBroker(t);
  const stranger = await joinStranger(t, broker);
  const context = await openRecordingContext(t);
  const page = await openSettledPage(t, broker, { context });
  await look(page, false);
  await stranger.send('one');
  await untilTitle(page, '(1) Messages');
  assert.deepEqual(await told(page), [0, 0], 'both are off at first');

  await look(page, true);
  await menu(page).click();
  await toggle(page, 'Sound').check();
  await toggle(page, 'Vibrate').check();
  await eventually('both are shown when they are switched on', async () => {
    const [tones, vibrations] = await told(page);
    return tones >= 2 && vibrations === 1;
  });
  const [before] = await told(page);
  await stranger.send('seen');
  await untilRow(page, { text: 'seen' });
  assert.deepEqual(await told(page), [before, 1], 'nobody is told of what is seen');

  await look(page, false);
  await stranger.send('two', { topic: 'messages/never entered' });
  // Within two seconds, which a busy machine may need for one after the other.
  await Promise.all(['three', 'four'].map((text) => stranger.send(text)));
  await untilTitle(page, '(2) Messages');
  assert.deepEqual(await told(page), [before + 2, 2]);

  // An own message of another tab is none to be told of.
  await look(page, true);
  await toggle(page, 'Do not disturb').check();
  await look(page, false);
  await eventually('time has passed, and it is quiet', async () => {
    await stranger.send('quiet');
    return Number(/\d+/.exec(await page.title())) > 20;
  });
  assert.deepEqual(await told(page), [before + 2, 2]);
});

test('what is retained, or came before, is none to be told of', async (t) => {
  const broker = await startBroker(t);
  const stranger = await joinStranger(t, broker);
  await stranger.send('the rules of the house', { retain: true });
  const context = await openRecordingContext(t);
  const gate = await openGate(context);
  const page = await openConnectedPage(t, broker, { context });
  await menu(page).click();
  await toggle(page, 'Vibrate').check();
  // Of what nobody has read nothing counts as missed.
  await eventually('the rules are read', () => page.evaluate(() => localStorage.getItem('hubbub.read.messages') !== null));
  await look(page, false);
  gate.close();
  await cutNetwork(page);
  await stranger.send('other rules', { retain: true });
  await stranger.send('missed');
  gate.open();
  await untilBadge(page, 'connected');
  await untilTitle(page, '(2) Messages');
  assert.deepEqual(await told(page), [0, 1], 'only the one of the switch');
});

test('the icon has a dot while something is unread, but not when nobody is to be disturbed', async (t) => {
  const broker = await startBroker(t);
  const stranger = await joinStranger(t, broker);
  const page = await openConnectedPage(t, broker);
  const plain = await icon(page);
  await look(page, false);
  await stranger.send('one');
  await eventually('there is a dot', async () => (await icon(page)).startsWith('data:image/svg+xml,'));
  const isDrawn = await page.evaluate(async (src) => {
    const image = new Image();
    image.src = src;
    await image.decode();
    return image.width > 0;
  }, await icon(page));
  assert.equal(isDrawn, true);
  await look(page, true);
  await eventually('it is gone', async () => (await icon(page)).endsWith(plain));
  await menu(page).click();
  await toggle(page, 'Do not disturb').check();
  await look(page, false);
  await stranger.send('two');
  await untilTitle(page, '(1) Messages');
  assert.ok((await icon(page)).endsWith(plain));
});

test('a room in which one was mentioned has a mark in the list', async (t) => {
  const broker = await startBroker(t);
  const stranger = await joinStranger(t, broker);
  const page = await openConnectedPage(t, broker, { hash: '#room=garden' });
  await page.evaluate(() => { location.hash = 'room='; });
  await say(page, 'Ada', 'hello');
  await stranger.send({ name: 'Grace', message: 'nothing for you' }, { topic: 'messages/garden' });
  await page.getByRole('button', { name: 'Rooms, 1 unread' }).click();
  const dot = page.locator('#entered .mention-dot').last();
  assert.equal(await dot.isVisible(), false);
  await stranger.send({ name: 'Grace', message: 'and you, Ada?' }, { topic: 'messages/garden' });
  await dot.waitFor();
  await page.getByRole('button', { name: /^garden.*mentions you$/ }).click();
  await untilRow(page, { text: 'and you, Ada?' });
  await page.getByRole('button', { name: /^Rooms$/ }).click();
  await eventually('the mark is gone', async () => !await dot.isVisible());
});

await run();
