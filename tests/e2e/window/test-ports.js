// SPDX-License-Identifier: LGPL-2.1-or-later
//
// On which ports a window hosts, and whom it joins instead.

import assert from 'node:assert/strict';
import net from 'node:net';
import { once } from 'node:events';

import { freePort } from '../support/broker.js';
import { openConnectedPage, say, untilBadge, untilRow } from '../support/browser.js';
import { eventually, run, test } from '../support/check.js';
import { openWindow } from '../support/window.js';

const patience = { timeoutMs: 20_000 };

// Takes a port, as another program would, and says nothing that makes sense.
async function occupy(t) {
  const server = net.createServer((socket) => socket.end('no\n'));
  const port = await freePort();
  await once(server.listen(port, '127.0.0.1'), 'listening');
  t.after(() => server.close());
  return port;
}

async function openPageOf(t, window) {
  const { port } = new URL(await window.url());
  return openConnectedPage(t, { url: `http://127.0.0.1:${port}/` });
}

test('taken ports: it hosts on the next free ones, and says which', async (t) => {
  const ports = { mqtt: await occupy(t), http: await occupy(t) };
  const window = await openWindow(t, { ports });
  await window.untilBadge('connected');
  await window.untilProblem(new RegExp(`^The ports ${ports.mqtt} and ${ports.http} are taken by another program: ` +
    'MQTT is on \\d+, and browsers join on \\d+\\.$'));
  const page = await openPageOf(t, window);
  await window.say('Ada', 'on other ports');
  await untilRow(page, { text: 'on other ports' });
});

test('a second user of the computer joins the first one', async (t) => {
  const first = await openWindow(t);
  await first.untilBadge('connected', patience);
  await first.type('First Name', 'Ada');
  const { port } = new URL(await first.url());
  await eventually('it says who hosts', async () =>
    (await (await fetch(`http://127.0.0.1:${port}/api/info`)).json()).hosted_by === 'Ada', patience);

  const second = await openWindow(t, { ports: first.ports });
  await second.untilNode('label', '\u2068Ada\u2069’s chat on this computer', patience);
  await second.untilBadge('connected', patience);
  await second.keepPicture('window-second-user');
  await second.say('Grace', 'from the other desk');
  await first.untilRow(/^Grace: from the other desk, /, patience);
  await first.say('Ada', 'hello');
  await second.untilRow(/^Ada: hello, /, patience);
});

test('Ctrl+Q: browsers see the goodbye, the port is free, the status 0', async (t) => {
  const window = await openWindow(t);
  await window.untilBadge('connected');
  const page = await openPageOf(t, window);
  const { port } = new URL(await window.url());
  await window.key('ctrl+q');
  assert.deepEqual(await window.untilEnded(), { status: 0 });
  await untilBadge(page, 'offline');
  await eventually('the port is free', async () => {
    const server = net.createServer().listen(Number(port), '127.0.0.1');
    await once(server, 'listening');
    server.close();
    return true;
  });
});

await run();
