// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Windows that join another host instead of hosting.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import net from 'node:net';

import { startBroker } from '../support/broker.js';
import { openConnectedPage, rows, say, untilRow } from '../support/browser.js';
import { run, test } from '../support/check.js';
import { openDetour } from '../support/detour.js';
import { cutPacket } from '../support/durable-client.js';
import { mosquittoPub } from '../support/mosquitto.js';
import { openWindow } from '../support/window.js';

test('two windows, one hosting and one joined, and a browser in one chat', async (t) => {
  const host = await openWindow(t);
  await host.untilBadge('connected');
  const joined = await openWindow(t, { args: ['--join', `127.0.0.1:${await host.mqttPort()}`] });
  await joined.untilBadge('connected');
  await joined.untilNode('label', 'Joined 127.0.0.1');
  const { port } = new URL(await host.url());
  const page = await openConnectedPage(t, { url: `http://127.0.0.1:${port}/` });

  await host.say('Ada', 'from the host');
  await joined.untilRow(/^Ada: from the host, /);
  await untilRow(page, { name: 'Ada', text: 'from the host' });

  await joined.say('Grace', 'from the other desk');
  await host.untilRow(/^Grace: from the other desk, /);
  await untilRow(page, { name: 'Grace', text: 'from the other desk' });

  await say(page, 'Linus', 'from the browser');
  await host.untilRow(/^Linus: from the browser, /);
  await joined.untilRow(/^Linus: from the browser, /);
  await host.keepPicture('window-host');
  await joined.keepPicture('window-joined');
});

test('what a browser has as its address in a room leads there', async (t) => {
  const broker = await startBroker(t);
  const page = await openConnectedPage(t, { url: `${broker.url}#room=green+tea` });
  const window = await openWindow(t, { args: ['--join', page.url()], title: 'green tea' });
  await window.untilBadge('connected');
  await window.say('Ada', 'in the same room');
  await untilRow(page, { name: 'Ada', text: 'in the same room' });
});

test('Join… in the menu, and Leave', async (t) => {
  const broker = await startBroker(t);
  const window = await openWindow(t);
  await window.untilBadge('connected');
  await window.click('push button', 'Main Menu');
  await window.click('menu item', 'Join…');
  await window.type('Address', `127.0.0.1:${broker.mqttPort}`);
  await window.closeDialogBy('Join');
  await window.untilNode('label', 'Joined 127.0.0.1');
  await window.untilBadge('connected');

  const page = await openConnectedPage(t, broker);
  await window.say('Ada', 'joined by the menu');
  await untilRow(page, { name: 'Ada', text: 'joined by the menu' });

  await window.click('push button', 'Main Menu');
  await window.click('menu item', 'Leave');
  await window.untilNode('label', /^Hosting on /);
  await window.untilBadge('connected');

  // It is remembered, for one click.
  await window.click('push button', 'Main Menu');
  await window.click('menu item', 'Join…');
  await window.untilNode('label', 'Joined Recently', { timeoutMs: 20_000 });
  const recent = await window.untilNode('push button', new RegExp(`127\\.0\\.0\\.1:${broker.mqttPort}`), { timeoutMs: 20_000 });
  await window.closeDialogBy(recent.name);
  await window.untilNode('label', 'Joined 127.0.0.1', { timeoutMs: 20_000 });
});

test('nobody there: said in plain words', async (t) => {
  const broker = await startBroker(t);
  await broker.kill();
  const window = await openWindow(t, { args: ['--join', `127.0.0.1:${broker.mqttPort}`] });
  await window.untilBadge('offline');
  await window.untilProblem(`Nobody hosts a chat at 127.0.0.1 on port ${broker.mqttPort}. Trying again…`);
});

test('a host that comes back is joined again, and what was written meanwhile is sent once', async (t) => {
  const broker = await startBroker(t);
  const window = await openWindow(t, { args: ['--join', `127.0.0.1:${broker.mqttPort}`] });
  await window.untilBadge('connected');
  await broker.kill();
  await window.untilBadge('offline');
  await window.say('Ada', 'written offline');
  await window.untilRow(/^Ada: written offline, .*waiting/);

  await broker.start();
  const page = await openConnectedPage(t, broker);
  await window.untilBadge('connected', { timeoutMs: 8_000 });
  await window.untilRow(/^Ada: written offline, .*, sent$/);
  await window.say('Ada', 'and then');
  await untilRow(page, { text: 'and then' });
  const copies = (await rows(page)).filter(({ text }) => text === 'written offline');
  assert.ok(copies.length <= 1, 'it was sent more than once');
});

test('a retained message is shown once, however often the window comes back', async (t) => {
  const broker = await startBroker(t);
  const detour = await openDetour(t, broker);
  await mosquittoPub(broker, ['-t', 'messages', '-r', '-m', 'Welcome']);
  const window = await openWindow(t, { args: ['--join', `127.0.0.1:${detour.port}`] });
  await window.untilRow(/^Welcome, /);
  await detour.interrupt();
  await window.untilBadge('connected');
  await mosquittoPub(broker, ['-t', 'messages', '-m', 'after the break']);
  await window.untilRow(/^after the break, /);
  assert.equal((await window.rows()).filter((row) => row.startsWith('Welcome, ')).length, 1);

  // Another one is news, when it is sent; not when it comes again.
  await mosquittoPub(broker, ['-t', 'messages', '-r', '-m', 'Closed on Monday']);
  await window.untilRow(/^Closed on Monday, /);
  await detour.interrupt();
  await window.untilBadge('connected');
  await mosquittoPub(broker, ['-t', 'messages', '-m', 'after the next']);
  await window.untilRow(/^after the next, /);
  assert.equal((await window.rows()).filter((row) => row.startsWith('Closed on Monday, ')).length, 1);
});

test('a message that is too long for the host is not published, and is in the way of none', async (t) => {
  const broker = await startBroker(t, { lines: ['max_packet_size 2000'] });
  const window = await openWindow(t, { args: ['--join', `127.0.0.1:${broker.mqttPort}`] });
  await window.untilBadge('connected');
  await window.type('First Name', 'Ada');
  await window.type('Message', 'long '.repeat(500));
  await window.untilNode('label', /\d+ bytes too long for this host/);
  const publish = (await window.nodes()).filter(({ role, name }) => role === 'push button' && name === 'Publish Message');
  assert.ok(publish.length > 0 && publish.every(({ states }) => !states.includes('sensitive')));
  await window.say('Ada', 'short');
  await window.untilRow(/^Ada: short, .*, sent/);
  assert.ok(!broker.output.includes('at most 2000'), broker.output);
});

// A host that speaks 3.1.1, in which nobody says what is too long, and hangs up at certain words.
async function openTouchyHost(t, words) {
  const sockets = new Set();
  const server = net.createServer((socket) => {
    sockets.add(socket);
    let bytes = Buffer.alloc(0);
    socket.on('error', () => {});
    socket.on('data', (chunk) => {
      bytes = Buffer.concat([bytes, chunk]);
      for (let next = cutPacket(bytes); next !== null; next = cutPacket(bytes)) {
        bytes = next.rest;
        const { type, body } = next;
        if (type === 1)
          socket.write(Buffer.from([0x20, 2, 0, body[6] === 4 ? 0 : 1]));
        else if (type === 8)
          socket.write(Buffer.from([0x90, 3, body[0], body[1], 1]));
        else if (type === 3 && body.includes(words))
          socket.destroy();
        else if (type === 3)
          socket.write(Buffer.from([0x40, 2, ...body.subarray(2 + body.readUInt16BE(0)).subarray(0, 2)]));
      }
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.close();
    sockets.forEach((socket) => socket.destroy());
  });
  return server.address().port;
}

test('a message at which the host hangs up again and again is given up', async (t) => {
  const port = await openTouchyHost(t, 'poison');
  const window = await openWindow(t, { args: ['--join', `127.0.0.1:${port}`] });
  await window.untilBadge('connected');
  await window.say('Ada', 'poison');
  await window.untilRow(/^Ada: poison, .*, not sent/);
  await window.say('Ada', 'wholesome');
  await window.untilRow(/^Ada: wholesome, .*, sent/);
});

test('what answers is no broker', async (t) => {
  const broker = await startBroker(t);
  const window = await openWindow(t, { args: ['--join', `127.0.0.1:${broker.httpPort}`] });
  await window.untilBadge('offline');
  await window.untilProblem('127.0.0.1 has closed the connection without an answer. Is the port right? Trying again…');
});

test('a name that does not exist', async (t) => {
  const window = await openWindow(t, { args: ['--join', 'no-such-host.invalid'] });
  await window.untilBadge('offline');
  await window.untilProblem('There is no computer called no-such-host.invalid. Check the address.');
});

await run();
