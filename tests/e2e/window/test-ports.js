// SPDX-License-Identifier: LGPL-2.1-or-later
//
// On which ports a window hosts. No other window may take or leave ports meanwhile.

import assert from 'node:assert/strict';
import net from 'node:net';
import { once } from 'node:events';

import { openConnectedPage, say, untilBadge, untilRow } from '../support/browser.js';
import { eventually, run, test } from '../support/check.js';
import { openWindow } from '../support/window.js';

// Takes a port, as another program would, if nobody has it yet.
async function occupy(t, port) {
  const server = net.createServer().listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
    t.after(() => server.close());
  } catch {
    // Somebody has it: just as good.
  }
}

async function openPageOf(t, window) {
  const { port } = new URL(await window.url());
  return openConnectedPage(t, { url: `http://127.0.0.1:${port}/` });
}

test('taken ports: it hosts on the next free ones, and says which', async (t) => {
  await occupy(t, 1883);
  await occupy(t, 9001);
  const window = await openWindow(t);
  await window.untilBadge('connected');
  await window.untilProblem(/^The ports 1883 and 9001 are taken by another program: MQTT is on \d+, and browsers join on \d+\.$/);
  const page = await openPageOf(t, window);
  await window.say('Ada', 'on other ports');
  await untilRow(page, { text: 'on other ports' });
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
