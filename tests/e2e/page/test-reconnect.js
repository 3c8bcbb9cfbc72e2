// SPDX-License-Identifier: LGPL-2.1-or-later
//
// The badge tells the truth while the host goes, freezes and comes back.

import assert from 'node:assert/strict';

import { startBroker } from '../support/broker.js';
import {
  badge, openConnectedPage, openContext, openPage, say, untilBadge, untilRow,
} from '../support/browser.js';
import { eventually, run, test } from '../support/check.js';
import { joinStranger } from '../support/strangers.js';

const statusLine = (page) => page.locator('#status').textContent();

async function untilStatus(page, pattern) {
  await eventually(`the status says ${pattern}`, async () => {
    const words = await statusLine(page);
    return pattern.test(words) || Promise.reject(new Error(words));
  });
}

// As a phone that comes out of the pocket.
function comeBack(page, event = 'visibilitychange') {
  return page.evaluate((name) => {
    const target = name === 'visibilitychange' || name === 'resume' ? document : window;
    target.dispatchEvent(name === 'pageshow' ? new PageTransitionEvent(name, { persisted: true }) : new Event(name));
  }, event);
}

// Notes each word that the badge has ever said, from the first on, and each sentence of the status: what lasts for half a
// second only is easily missed. Returns functions that tell them.
async function recordWords(context) {
  await context.addInitScript(() => {
    window.said = { 'connect-badge': [], status: [] };
    document.addEventListener('DOMContentLoaded', () => {
      for (const [id, all] of Object.entries(window.said)) {
        const element = document.getElementById(id);
        all.push(element.textContent);
        new MutationObserver(() => {
          if (all.at(-1) !== element.textContent)
            all.push(element.textContent);
        }).observe(element, { childList: true, characterData: true, subtree: true });
      }
    });
  });
  const read = (id) => (page) => page.evaluate((name) => window.said[name], id);
  return { badges: read('connect-badge'), sentences: read('status') };
}

for (const [how, end, ...words] of [
  ['killed', 'kill', /^The connection to the host was lost\. Trying again…$/, /^The host is not answering\. Trying again…$/],
  ['stopped in order', 'stop', /^The host has stopped this chat\. /],
]) {
  test(`the host is ${how} and comes back: offline at once, connected within 5 s`, async (t) => {
    const broker = await startBroker(t);
    const context = await openContext(t);
    const { badges, sentences } = await recordWords(context);
    const page = await openConnectedPage(t, broker, { context });
    const before = (await sentences(page)).length;
    await broker[end]();
    await untilBadge(page, 'offline', { timeoutMs: 1_000 });
    await eventually(`the status says ${words.join(', then ')}`, async () => {
      const all = (await sentences(page)).slice(before);
      return words.every((pattern, at) => pattern.test(all[at])) || Promise.reject(new Error(all.join(' | ')));
    });
    await broker.start();
    await untilBadge(page, 'connected', { timeoutMs: 5_000 });
    assert.equal(await statusLine(page), '');
    const stranger = await joinStranger(t, broker);
    await stranger.send('back again');
    await untilRow(page, { text: 'back again' });
    assert.deepEqual(await badges(page), ['connecting', 'connected', 'offline', 'connecting', 'connected']);
  });
}

test('a long absence: it is back within 5 s all the same', async (t) => {
  const broker = await startBroker(t);
  let dials = 0;
  const page = await openConnectedPage(t, broker);
  page.on('websocket', () => { dials += 1; });
  await broker.kill();
  await eventually('it has dialled four times', () => dials >= 4, { timeoutMs: 20_000 });
  assert.equal(await badge(page), 'offline');
  await broker.start();
  await untilBadge(page, 'connected', { timeoutMs: 5_000 });
});

test('the page is opened from memory while the host is away: offline, then connected', async (t) => {
  const broker = await startBroker(t);
  const context = await openContext(t);
  let isAway = true;
  await context.routeWebSocket(/\/mqtt$/, (socket) => {
    if (isAway)
      socket.close({ code: 1001 });
    else
      socket.connectToServer();
  });
  const page = await openPage(t, broker, { context });
  await untilBadge(page, 'offline');
  await untilStatus(page, /^The host is not answering/);
  isAway = false;
  await untilBadge(page, 'connected', { timeoutMs: 5_000 });
});

for (const event of ['visibilitychange', 'pageshow', 'online', 'resume']) {
  test(`${event} with a frozen host: not connected within 4 s, and connected when it thaws`, async (t) => {
    const broker = await startBroker(t);
    const page = await openConnectedPage(t, broker);
    await broker.freeze();
    const beforeMs = Date.now();
    await comeBack(page, event);
    await eventually('the badge leaves connected', async () => await badge(page) !== 'connected', { timeoutMs: 4_000 });
    assert.ok(Date.now() - beforeMs > 2_500, 'it has waited for an answer');
    await untilStatus(page, /^The host is not answering/);
    broker.thaw();
    await untilBadge(page, 'connected', { timeoutMs: 5_000 });
  });
}

test('coming back to a host that answers changes nothing', async (t) => {
  const broker = await startBroker(t);
  const context = await openContext(t);
  const { badges } = await recordWords(context);
  const page = await openConnectedPage(t, broker, { context });
  let pings = 0;
  let answers = 0;
  let dials = 0;
  page.on('websocket', () => { dials += 1; });
  const session = await context.newCDPSession(page);
  await session.send('Network.enable');
  session.on('Network.webSocketFrameSent', ({ response }) => {
    pings += Buffer.from(response.payloadData, 'base64')[0] === 0xc0 ? 1 : 0;
  });
  session.on('Network.webSocketFrameReceived', ({ response }) => {
    answers += Buffer.from(response.payloadData, 'base64')[0] === 0xd0 ? 1 : 0;
  });
  await comeBack(page);
  await eventually('it has asked, and heard', () => pings === 1 && answers === 1);
  await say(page, 'Ada', 'still here');
  await untilRow(page, { text: 'still here', state: 'sent' });
  assert.deepEqual(await badges(page), ['connecting', 'connected']);
  assert.equal(dials, 0);
});

test('a host that freezes while nobody comes or goes is noticed, too', async (t) => {
  const broker = await startBroker(t);
  const page = await openConnectedPage(t, broker);
  await broker.freeze();
  await eventually('the badge leaves connected', async () => await badge(page) !== 'connected', { timeoutMs: 30_000 });
});

test('a message to a frozen host: the badge leaves connected, and the message arrives once it thaws', async (t) => {
  const broker = await startBroker(t);
  const stranger = await joinStranger(t, broker);
  const page = await openConnectedPage(t, broker);
  await broker.freeze();
  await say(page, 'Ada', 'into the frost');
  await untilRow(page, { text: 'into the frost', state: 'waiting' });
  await eventually('the badge leaves connected', async () => await badge(page) !== 'connected', { timeoutMs: 9_000 });
  broker.thaw();
  await untilBadge(page, 'connected', { timeoutMs: 5_000 });
  await untilRow(page, { text: 'into the frost', state: 'sent' });
  await eventually('it has arrived', () => stranger.heard.length > 0);
  assert.equal(new Set(stranger.heardJson().map(({ id }) => id)).size, 1);
});

test('the browser goes offline and online again', async (t) => {
  const broker = await startBroker(t);
  const context = await openContext(t);
  const page = await openConnectedPage(t, broker, { context });
  await context.setOffline(true);
  await untilBadge(page, 'offline', { timeoutMs: 2_000 });
  await untilStatus(page, /^This device has no network/);
  await context.setOffline(false);
  await untilBadge(page, 'connected', { timeoutMs: 5_000 });
});

test('a host that never answers the handshake is given up and dialled again', async (t) => {
  const broker = await startBroker(t);
  const context = await openContext(t);
  let dials = 0;
  await context.routeWebSocket(/\/mqtt$/, (socket) => {
    dials += 1;
    if (dials > 1)
      socket.connectToServer();
  });
  const page = await openPage(t, broker, { context });
  await untilBadge(page, 'connected', { timeoutMs: 12_000 });
  assert.equal(dials, 2);
});

test('a host that lets the page in, but never answers the subscription, is given up, too', async (t) => {
  const broker = await startBroker(t);
  const context = await openContext(t);
  let dials = 0;
  await context.routeWebSocket(/\/mqtt$/, (socket) => {
    dials += 1;
    if (dials > 1)
      socket.connectToServer();
    else
      socket.onMessage((data) => {
        if (Buffer.from(data)[0] === 0x10)
          socket.send(Buffer.from([0x20, 2, 0, 0]));
      });
  });
  const page = await openPage(t, broker, { context });
  await untilBadge(page, 'connected', { timeoutMs: 12_000 });
  assert.equal(dials, 2);
});

test('a host that talks nonsense in the middle is left and dialled again', async (t) => {
  const broker = await startBroker(t);
  const context = await openContext(t);
  const sockets = [];
  await context.routeWebSocket(/\/mqtt$/, (socket) => {
    socket.connectToServer();
    sockets.push(socket);
  });
  const { badges } = await recordWords(context);
  const page = await openConnectedPage(t, broker, { context });
  sockets[0].send(Buffer.from([0x30, 0xff, 0xff, 0xff, 0xff, 0xff]));
  await eventually('it is offline', async () => (await badges(page)).includes('offline'), { timeoutMs: 2_000 });
  await untilBadge(page, 'connected', { timeoutMs: 5_000 });
  assert.equal(sockets.length, 2);
  const stranger = await joinStranger(t, broker);
  await stranger.send('sense');
  await untilRow(page, { text: 'sense' });
});

test('a host that refuses the password says so', async (t) => {
  const broker = await startBroker(t);
  const context = await openContext(t);
  await context.routeWebSocket(/\/mqtt$/, (socket) => {
    socket.onMessage(() => socket.send(Buffer.from([0x20, 2, 0, 5])));
  });
  const page = await openPage(t, broker, { context });
  await untilStatus(page, /does not let this page in/);
  assert.equal(await badge(page), 'offline');
});

test('a host that refuses the subscription says so', async (t) => {
  const broker = await startBroker(t);
  const context = await openContext(t);
  await context.routeWebSocket(/\/mqtt$/, (socket) => {
    // MQTT 5.0, as the page dials first.
    socket.onMessage((data) => {
      const bytes = Buffer.from(data);
      if (bytes[0] === 0x10)
        socket.send(Buffer.from([0x20, 3, 0, 0, 0]));
      if (bytes[0] === 0x82)
        socket.send(Buffer.from([0x90, 4, bytes[2], bytes[3], 0, 0x80]));
    });
  });
  const page = await openPage(t, broker, { context });
  await untilStatus(page, /does not let this page read the chat/);
  assert.notEqual(await badge(page), 'connected');
});

await run();
