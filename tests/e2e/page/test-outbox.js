// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Nothing that was written is lost: it waits, survives a reload, and is sent
// once the host is back.

import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { startBroker } from '../support/broker.js';
import {
  openConnectedPage, openContext, openPage, rows, say, texts, untilBadge, untilRow,
} from '../support/browser.js';
import { eventually, run, test } from '../support/check.js';
import { openDetour } from '../support/detour.js';
import { joinStranger } from '../support/strangers.js';

test('written offline: waits visibly, is sent once on return, in order', async (t) => {
  const broker = await startBroker(t);
  const context = await openContext(t);
  let isAway = false;
  await context.routeWebSocket(/\/mqtt$/, (socket) => {
    if (isAway)
      socket.close({ code: 1001 });
    else
      socket.connectToServer();
  });
  const page = await openConnectedPage(t, broker, { context });
  const stranger = await joinStranger(t, broker);
  isAway = true;
  await page.evaluate(() => window.dispatchEvent(new Event('offline')));
  await untilBadge(page, 'offline');
  for (const text of ['one', 'two', 'three'])
    await say(page, 'Ada', text);
  assert.deepEqual((await rows(page)).map(({ text, state, isOwn }) => [text, state, isOwn]),
    [['one', 'waiting', true], ['two', 'waiting', true], ['three', 'waiting', true]]);
  await page.getByText('3 messages are waiting.').waitFor();
  await page.getByRole('row', { name: /one .*waiting/ }).waitFor();
  isAway = false;
  await untilBadge(page, 'connected');
  await untilRow(page, { text: 'three', state: 'sent' });
  await stranger.send('end');
  await untilRow(page, { text: 'end' });
  await stranger.untilCount(4);
  assert.deepEqual(stranger.heard.map((payload) => /"message":"(\w+)"/.exec(payload)?.[1] ?? String(payload)),
    ['one', 'two', 'three', 'end']);
  assert.deepEqual(await texts(page), ['one', 'two', 'three', 'end']);
  assert.equal(await page.locator('#status').textContent(), '');
  await page.getByRole('row', { name: /one .*sent/ }).waitFor();
});

test('the host is killed with messages waiting: they arrive after its return', async (t) => {
  const broker = await startBroker(t);
  const page = await openConnectedPage(t, broker);
  await broker.kill();
  await untilBadge(page, 'offline');
  await say(page, 'Ada', 'patience');
  await broker.start();
  await untilRow(page, { text: 'patience', state: 'sent' });
  assert.deepEqual(await texts(page), ['patience']);
});

test('what the host refuses has failed, and what it takes goes on', async (t) => {
  const folder = await mkdtemp(path.join(tmpdir(), 'hubbub-test-'));
  t.after(() => rm(folder, { recursive: true }));
  const file = path.join(folder, 'acl');
  await writeFile(file, 'topic readwrite messages\ntopic read messages/#\ntopic readwrite hubbub/#\n');
  const broker = await startBroker(t, { lines: [`acl_file ${file}`] });
  const page = await openConnectedPage(t, broker);
  await page.evaluate(() => { location.hash = '#room=kitchen'; });
  await eventually('the room is there', async () => (await page.locator('h1').textContent()) === 'kitchen');
  await say(page, 'Ada', 'not here');
  await untilRow(page, { text: 'not here', state: 'failed' });
  await page.evaluate(() => { location.hash = '#room='; });
  await eventually('Everyone is there', async () => (await page.locator('h1').textContent()) !== 'kitchen');
  await say(page, 'Ada', 'but here');
  await untilRow(page, { text: 'but here', state: 'sent' });
});

test('a reload with a waiting message: it is there, and sent with the same id', async (t) => {
  const broker = await startBroker(t);
  const context = await openContext(t);
  let isMuted = true;
  const published = [];
  await context.routeWebSocket(/\/mqtt$/, (socket) => {
    const server = socket.connectToServer();
    socket.onMessage((data) => {
      const bytes = Buffer.from(data);
      // Not just any brace: the length of a packet may be one. And who is here, or writes, is no message.
      const messages = bytes.toString().match(/\{"name":"[^"]*","message"[^}]*\}/g) ?? [];
      published.push(...messages.map((json) => JSON.parse(json)));
      // The host does not hear what is published.
      if (messages.length === 0 || !isMuted)
        server.send(data);
    });
  });
  const stranger = await joinStranger(t, broker);
  const page = await openConnectedPage(t, broker, { context });
  await say(page, 'Ada', 'before the reload');
  await say(page, 'Ada', 'and another');
  await eventually('both are under way', () => published.length === 2);
  await page.reload();
  await untilRow(page, { name: 'You', text: 'before the reload' });
  await eventually('both are under way again', () => published.length === 4);
  isMuted = false;
  await page.reload();
  await untilRow(page, { text: 'and another', state: 'sent' });
  await untilRow(page, { text: 'before the reload', state: 'sent' });
  assert.deepEqual(await texts(page), ['before the reload', 'and another']);
  await stranger.untilCount(2);
  assert.deepEqual(stranger.heardJson().map(({ message }) => message), ['before the reload', 'and another']);
  assert.equal(new Set(published.map(({ id }) => id)).size, 2);

  // Sent is sent: another reload sends nothing.
  await page.reload();
  await untilBadge(page, 'connected');
  await stranger.send('end');
  await untilRow(page, { text: 'end' });
  await stranger.untilCount(3);
  assert.equal(stranger.heard.length, 3);
});

test('the acknowledgement is lost: it is sent again, and others show it once', async (t) => {
  const broker = await startBroker(t);
  const detour = await openDetour(t, broker, { farPort: broker.httpPort });
  const stranger = await joinStranger(t, broker);
  await stranger.send('begin');
  const other = await openConnectedPage(t, broker);
  const page = await openConnectedPage(t, { url: `http://127.0.0.1:${detour.port}/` });
  // A history that is asked for later would tell that the message has arrived.
  await untilRow(page, { text: 'begin' });
  detour.mute();
  await say(page, 'Ada', 'once, please');
  await untilRow(other, { text: 'once, please' });
  await detour.interrupt();
  await untilRow(page, { text: 'once, please', state: 'sent' });
  await eventually('it has come twice over the wire', () => stranger.heard.length === 3);
  await stranger.send('end');
  await untilRow(other, { text: 'end' });
  await untilRow(page, { text: 'end' });
  assert.deepEqual(await texts(other), ['begin', 'once, please', 'end']);
  assert.deepEqual(await texts(page), ['begin', 'once, please', 'end']);
  const [, first, second] = stranger.heard.map(String);
  assert.equal(first, second);
});

test('a message at which the host always hangs up is set aside, and can be tried again', async (t) => {
  const broker = await startBroker(t);
  const context = await openContext(t);
  let isTouchy = true;
  await context.routeWebSocket(/\/mqtt$/, (socket) => {
    const server = socket.connectToServer();
    socket.onMessage((data) => {
      if (isTouchy && Buffer.from(data).includes('unspeakable')) {
        socket.close({ code: 1001 });
        server.close();
      } else {
        server.send(data);
      }
    });
  });
  const page = await openConnectedPage(t, broker, { context });
  await say(page, 'Ada', 'unspeakable');
  await untilBadge(page, 'offline');
  await say(page, 'Ada', 'harmless');
  await untilRow(page, { text: 'unspeakable', state: 'failed' }, { timeoutMs: 20_000 });
  await untilRow(page, { text: 'harmless', state: 'sent' });
  isTouchy = false;
  await page.getByRole('button', { name: 'Not sent. Try again' }).click();
  await untilRow(page, { text: 'unspeakable', state: 'sent' });
});

test('name and draft are remembered', async (t) => {
  const broker = await startBroker(t);
  const context = await openContext(t);
  const page = await openConnectedPage(t, broker, { context });
  await page.getByLabel('First Name').fill('Ada');
  await page.locator('#message').fill('half a sent\nence');
  await page.reload();
  await untilBadge(page, 'connected');
  assert.equal(await page.getByLabel('First Name').inputValue(), 'Ada');
  assert.equal(await page.locator('#message').inputValue(), 'half a sent\nence');
  assert.equal(await page.locator('#counter').textContent(), '16 / 120');
  await page.locator('#publish').click();
  await page.reload();
  await untilBadge(page, 'connected');
  assert.equal(await page.locator('#message').inputValue(), '');
  const next = await openPage(t, broker, { context });
  assert.equal(await next.getByLabel('First Name').inputValue(), 'Ada');
});

test('five hundred messages may wait; the next one stays where it was written', async (t) => {
  const broker = await startBroker(t);
  const context = await openContext(t);
  let isAway = false;
  await context.routeWebSocket(/\/mqtt$/, (socket) => {
    if (isAway)
      socket.close({ code: 1001 });
    else
      socket.connectToServer();
  });
  const stranger = await joinStranger(t, broker);
  const page = await openConnectedPage(t, broker, { context });
  isAway = true;
  await page.evaluate(() => window.dispatchEvent(new Event('offline')));
  await untilBadge(page, 'offline');
  await page.evaluate(() => {
    for (let i = 0; i < 501; i += 1) {
      document.getElementById('message').value = `waiting ${i}`;
      document.getElementById('publish').click();
    }
  });
  await page.getByRole('alert').getByText('Too many messages are waiting').waitFor();
  assert.equal(await page.locator('#message').inputValue(), 'waiting 500');
  assert.equal((await rows(page)).length, 500);
  isAway = false;
  await untilRow(page, { text: 'waiting 499', state: 'sent' }, { timeoutMs: 20_000 });
  await eventually('all have arrived', () => stranger.heard.length === 500);
  assert.deepEqual(stranger.heardJson().map(({ message }) => message), Array.from({ length: 500 }, (unused, i) => `waiting ${i}`));
  assert.equal((await rows(page)).length, 500);
});

await run();
