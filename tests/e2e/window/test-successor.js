// SPDX-License-Identifier: LGPL-2.1-or-later
//
// When the host leaves: somebody else goes on with the chat.

import assert from 'node:assert/strict';
import { networkInterfaces } from 'node:os';

import { openContext, say, untilBadge, untilRow } from '../support/browser.js';
import { eventually, run, test } from '../support/check.js';
import { openWindow } from '../support/window.js';

const patience = { timeoutMs: 30_000 };
const SIGKILL = 9;
const SIGTERM = 15;

// Others are told addresses of the network only: without one nobody can be named.
const isOnNetwork = Object.values(networkInterfaces()).flat().some(({ internal, scopeid }) => !internal && !scopeid);

// A host, a window and a page that have joined it.
async function openChat(t) {
  const host = await openWindow(t);
  await host.untilBadge('connected');
  const { port } = new URL(await host.url());
  const heir = await openWindow(t, { args: ['--join', `127.0.0.1:${await host.mqttPort()}`] });
  await heir.untilBadge('connected');
  // It goes to another origin, which no page else does.
  const page = await (await openContext(t)).newPage();
  await page.goto(`http://127.0.0.1:${port}/`);
  await untilBadge(page, 'connected');
  await say(page, 'Linus', 'before');
  await heir.say('Grace', 'hello');
  await untilRow(page, { name: 'Grace', text: 'hello' });
  await host.untilRow(/^Grace: hello, /);
  return { host, heir, page };
}

async function chatOn(heir, page) {
  await heir.say('Grace', 'and on');
  await untilRow(page, { name: 'Grace', text: 'and on' }, patience);
  await say(page, 'Linus', 'on and on');
  // Of another origin a browser is somebody else, so that there are two of that name.
  await heir.untilRow(/^Linus.*: on and on, /, patience);
}

test('a host that ends in order is followed, by window and page', async (t) => {
  if (!isOnNetwork)
    return;
  const { host, heir, page } = await openChat(t);
  // The host has heard of everybody, and made up its mind.
  await eventually('the page knows who is here', async () =>
    (await page.locator('#people-button .count').textContent()) === '3');
  await page.evaluate(() => { location.hash = '#room=kitchen'; });
  await eventually('the page is in a room', async () => (await page.locator('h1').textContent()) === 'kitchen');
  await host.signal(SIGTERM);
  await host.untilEnded(patience);

  await heir.untilNode('label', /^Hosting on /, patience);
  await heir.untilBadge('connected', patience);
  await heir.keepPicture('window-successor');
  await page.waitForURL((url) => url.hostname !== '127.0.0.1', { timeout: 30_000 });
  const url = new URL(page.url());
  assert.equal(Number(url.port), heir.ports.http);
  await untilBadge(page, 'connected', patience);
  // The room and the name have come along.
  assert.equal(await page.locator('h1').textContent(), 'kitchen');
  assert.equal(await page.locator('#name').inputValue(), 'Linus');
  assert.equal(new URL(page.url()).hash, '#room=kitchen');
});

test('a host that is cut off: whoever wants hosts in its place, and the page says where', async (t) => {
  const { host, heir, page } = await openChat(t);
  await host.signal(SIGKILL);
  await heir.untilProblem(/^127\.0\.0\.1 has gone without a word\. /, patience);
  await heir.keepPicture('window-orphaned');
  await heir.say('Grace', 'written meanwhile');
  await heir.untilRow(/^Grace: written meanwhile, .*waiting/);
  await heir.click('push button', 'Host It Here');
  await heir.untilNode('label', /^Hosting on /, patience);
  await heir.untilRow(/^Grace: written meanwhile, .*, sent$/, patience);
  await heir.untilRow(/^Linus: before, /);

  await eventually('the page says that the host is gone', async () =>
    /^The host has gone without a word\./.test(await page.locator('#status').textContent()), patience);
  if (!isOnNetwork)
    return;
  const link = page.locator('#successor a');
  await eventually('it lists who may host', async () => (await link.count()) === 1);

  await link.click();
  await untilBadge(page, 'connected', patience);
  assert.equal(Number(new URL(page.url()).port), heir.ports.http);
  await untilRow(page, { name: 'Grace', text: 'written meanwhile' });
  await chatOn(heir, page);
});

await run();
