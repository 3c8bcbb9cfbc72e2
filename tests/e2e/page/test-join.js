// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Opening the page: it joins, tells the truth about it, and keeps to its host.

import assert from 'node:assert/strict';

import { startBroker } from '../support/broker.js';
import {
  badge, openConnectedPage, openContext, openPage, say, untilBadge, untilRow, useWholeBrowser,
} from '../support/browser.js';
import { eventually, run, test } from '../support/check.js';
import { joinStranger } from '../support/strangers.js';

useWholeBrowser();

// Reads a string of MQTT; returns it and what follows.
function readString(bytes) {
  const end = 2 + bytes.readUInt16BE(0);
  return [bytes.subarray(2, end).toString(), bytes.subarray(end)];
}

test('the page opens, and says what it is for', async (t) => {
  const broker = await startBroker(t);
  const page = await openConnectedPage(t, broker);
  assert.equal(await page.title(), 'Messages');
  await page.getByRole('heading', { name: 'Messages', exact: true, level: 1 }).waitFor();
  await page.getByRole('heading', { name: 'Input', exact: true }).waitFor();
  await page.getByText('No messages yet').waitFor();
  assert.equal(await page.getByRole('log').count(), 1);
  assert.deepEqual(await page.getByRole('columnheader').allTextContents(), ['Name', 'Message', 'Time']);
  assert.equal(await page.locator('#status').textContent(), '');
});

test('connecting before it is connected', async (t) => {
  const broker = await startBroker(t);
  const context = await openContext(t);
  let letThrough;
  const held = new Promise((resolve) => { letThrough = resolve; });
  await context.routeWebSocket(/\/mqtt$/, async (socket) => {
    const server = socket.connectToServer();
    // Everything from the page waits, from the host passes.
    socket.onMessage(async (data) => {
      await held;
      server.send(data);
    });
  });
  const page = await openPage(t, broker, { context });
  await page.getByText(`Connecting to 127.0.0.1:${broker.httpPort}…`).waitFor();
  assert.equal(await badge(page), 'connecting');
  letThrough();
  await untilBadge(page, 'connected');
  assert.equal(await page.locator('#status').textContent(), '');
});

test('connected means subscribed, not only let in', async (t) => {
  const broker = await startBroker(t);
  const context = await openContext(t);
  const withheld = [];
  let release = null;
  await context.routeWebSocket(/\/mqtt$/, (socket) => {
    const server = socket.connectToServer();
    server.onMessage((data) => {
      // SUBACK
      if (release === null && Buffer.from(data)[0] === 0x90)
        withheld.push(() => socket.send(data));
      else
        socket.send(data);
    });
  });
  const page = await openPage(t, broker, { context });
  await eventually('the host has answered the subscription', () => withheld.length > 0);
  assert.equal(await badge(page), 'connecting');
  release = withheld[0];
  release();
  await untilBadge(page, 'connected');
});

test('a broker that speaks only 3.1.1 is spoken to in 3.1.1', async (t) => {
  const broker = await startBroker(t);
  const context = await openContext(t);
  const levels = [];
  await context.routeWebSocket(/\/mqtt$/, (socket) => {
    const server = socket.connectToServer();
    socket.onMessage((message) => {
      if (message[0] === 0x10)
        levels.push(message[8]);
      if (message[0] === 0x10 && message[8] === 5) {
        socket.send(Buffer.from([0x20, 2, 0, 1]));
        socket.close();
      } else {
        server.send(message);
      }
    });
  });
  const page = await openPage(t, broker, { context });
  await untilBadge(page, 'connected');
  assert.deepEqual(levels, [5, 4]);
});

test('it dials as the protocol says: 5.0, clean, 60 s, an id per load', async (t) => {
  const broker = await startBroker(t);
  const context = await openContext(t);
  const page = await context.newPage();
  const sockets = [];
  page.on('websocket', (socket) => {
    const frames = [];
    sockets.push({ url: socket.url(), frames });
    socket.on('framesent', ({ payload }) => frames.push(Buffer.from(payload)));
  });

  const ids = [];
  for (let i = 0; i < 2; i += 1) {
    await page.goto(broker.url);
    await untilBadge(page, 'connected');
    const sent = Buffer.concat(sockets[i].frames);
    assert.equal(sent[0], 0x10);
    const [name, head] = readString(sent.subarray(2));
    assert.equal(name, 'MQTT');
    // Clean, with a will: retained, at QoS 1
    assert.deepEqual([...head.subarray(0, 4)], [5, 0x2e, 0, 60]);
    assert.equal(head[4], 0, 'no properties');
    const [id, will] = readString(head.subarray(5));
    assert.match(id, /^hub[0-9a-f]{20}$/);
    ids.push(id);
    assert.equal(will[0], 0, 'no properties');
    const [willTopic, willPayload] = readString(will.subarray(1));
    assert.equal(willTopic, `hubbub/presence/${id}`);
    const [cleared, rest] = readString(willPayload);
    assert.equal(cleared, '');
    assert.equal(rest[0], 0x82);
    assert.equal(rest[4], 0, 'no properties');
    const [topic, options] = readString(rest.subarray(5));
    assert.equal(topic, 'messages/#');
    assert.equal(options[0], 1);
  }
  assert.notEqual(ids[0], ids[1]);
  assert.deepEqual(sockets.map(({ url }) => url), Array(2).fill(`ws://127.0.0.1:${broker.httpPort}/mqtt`));
});

test('a message has the form that the protocol gives it', async (t) => {
  const broker = await startBroker(t);
  const stranger = await joinStranger(t, broker);
  const context = await openContext(t);
  const page = await openConnectedPage(t, broker, { context });
  const beforeMs = Date.now();
  await say(page, ' Ada ', 'one\ntwo "three" 👋');
  await say(page, 'Ada', 'again');
  await eventually('both have come', () => stranger.heard.length === 2);

  const [first, second] = stranger.heardJson();
  assert.deepEqual(Object.keys(first), ['name', 'message', 'from', 'id', 'time']);
  assert.equal(first.name, 'Ada');
  assert.equal(first.message, 'one\ntwo "three" 👋');
  assert.match(first.from, /^[0-9a-f]{16}$/);
  assert.match(first.id, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  assert.match(first.time, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  assert.ok(Date.parse(first.time) >= beforeMs && Date.parse(first.time) <= Date.now());
  assert.equal(second.from, first.from);
  assert.notEqual(second.id, first.id);

  // Another load, the same person; another browser, another one. What is not acknowledged would be sent once more.
  await untilRow(page, { text: 'again', state: 'sent' });
  await page.reload();
  await untilBadge(page, 'connected');
  await say(page, 'Ada', 'reloaded');
  const other = await openConnectedPage(t, broker);
  await say(other, 'Ada', 'elsewhere');
  await eventually('all four have come', () => stranger.heard.length === 4);
  const from = Object.fromEntries(stranger.heardJson().map((json) => [json.message, json.from]));
  assert.equal(from.reloaded, first.from);
  assert.notEqual(from.elsewhere, first.from);
});

test('it is not retained: who comes later does not get it', async (t) => {
  const broker = await startBroker(t);
  const page = await openConnectedPage(t, broker);
  await say(page, 'Ada', 'early');
  await untilRow(page, { text: 'early', state: 'sent' });
  const stranger = await joinStranger(t, broker);
  await stranger.send('late');
  await eventually('the late one has come', () => stranger.heard.length > 0);
  assert.deepEqual(stranger.heard.map(String), ['late']);
});

test('on an address that is not a secure context', async (t) => {
  const broker = await startBroker(t);
  const stranger = await joinStranger(t, broker);
  const lan = { url: `http://hubbub.local:${broker.httpPort}/` };
  const page = await openConnectedPage(t, lan);
  assert.equal(await page.evaluate(() => window.isSecureContext), false);
  assert.equal(await page.evaluate(() => crypto.randomUUID), undefined);
  await say(page, 'Ada', 'from the LAN');
  await untilRow(page, { text: 'from the LAN', state: 'sent' });
  await stranger.untilCount(1);
  assert.match(stranger.heardJson()[0].id, /^[0-9a-f-]{36}$/);
});

test('storage blocked: it chats all the same', async (t) => {
  const broker = await startBroker(t);
  const context = await openContext(t);
  await context.addInitScript(() => {
    for (const name of ['localStorage', 'sessionStorage'])
      Object.defineProperty(window, name, { get() { throw new DOMException('blocked', 'SecurityError'); } });
  });
  const stranger = await joinStranger(t, broker);
  const page = await openConnectedPage(t, broker, { context });
  await say(page, 'Ada', 'without storage');
  await say(page, 'Ada', 'twice');
  await untilRow(page, { text: 'twice', state: 'sent' });
  await stranger.untilCount(2);
  const [first, second] = stranger.heardJson();
  assert.equal(first.from, second.from);
});

// The WebSockets of all pages, as they are opened.
function watchSockets(context) {
  const sockets = [];
  context.on('page', (page) => page.on('websocket', (socket) => sockets.push(socket)));
  return sockets;
}

// Loads the page while its MQTT client is held back; returns the page, its WebSockets, and how to let the client through.
async function openWithoutClient(t, broker) {
  const context = await openContext(t);
  let letThrough;
  const held = new Promise((resolve) => { letThrough = resolve; });
  await context.route(/mqtt\.min\.js$/, async (route) => {
    await held;
    await route.continue();
  });
  const sockets = watchSockets(context);
  // The page is loaded only when its client is.
  const page = openPage(t, broker, { context });
  await eventually('the page dials', () => sockets.length > 0);
  return { page, sockets, letThrough };
}

test('the host answers while the MQTT client still comes', async (t) => {
  const broker = await startBroker(t);
  const { page, sockets, letThrough } = await openWithoutClient(t, broker);
  letThrough();
  await untilBadge(await page, 'connected');
  assert.equal(sockets.length, 1);
  // For who wants to know how long it took.
  assert.equal(await (await page).evaluate(() => performance.getEntriesByName('connected').length), 1);
});

test('an MQTT client that comes late finds the host all the same', async (t) => {
  // So long it waits for the client, too, once that is there.
  const broker = await startBroker(t, { lines: ['connect_timeout 6'] });
  const { page, sockets, letThrough } = await openWithoutClient(t, broker);
  await eventually('the host has not waited', () => sockets[0].isClosed());
  letThrough();
  await untilBadge(await page, 'connected');
  assert.equal(sockets.length, 2);
});

test('a page that came only in part says so', async (t) => {
  // The host has more patience than the test.
  const broker = await startBroker(t, { lines: ['connect_timeout 300'] });
  const context = await openContext(t);
  await context.route(/mqtt\.min\.js$/, (route) => route.fulfill({ contentType: 'text/javascript', body: '' }));
  const sockets = watchSockets(context);
  const page = await openPage(t, broker, { context });
  await page.getByText('Please reload it').waitFor();
  assert.equal(await badge(page), 'offline');
  await eventually('it has left the host', () => sockets.length === 1 && sockets[0].isClosed());
});

await run();
