// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Inviting: what a phone gets that scans the code of the window leads into the chat.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

import { startBroker } from '../support/broker.js';
import { eventually, run, test } from '../support/check.js';
import { openWindow } from '../support/window.js';

// What is in the codes of a picture, read by a stranger.
async function scan(picture) {
  const { stdout } = await promisify(execFile)('zbarimg',
    ['--quiet', '--raw', '--nodbus', '-Sdisable', '-Sqrcode.enable', picture]);
  return stdout.trim();
}

// The windows come onto the screen when they have been drawn.
async function scanWindow(window, name) {
  return eventually('the code can be read', async () => scan(await window.keepPicture(name)));
}

async function openInvite(window) {
  await window.click('push button', 'Main Menu');
  await window.click('menu item', 'Invite…');
  return window.untilNode('image', /^QR code of http:/, { timeoutMs: 20_000 });
}

test('the code leads to the page, and the window says that others can join', async (t) => {
  const host = await openWindow(t);
  await host.untilBadge('connected');
  const url = await host.url();
  const code = await openInvite(host);
  assert.equal(code.name, `QR code of ${url}`);

  const { hostname, port } = new URL(url);
  await host.untilNode('list item', /^Good: Port \d+ is open, for Hubbub and MQTT clients\.$/, { timeoutMs: 20_000 });
  await host.untilNode('list item', `Good: Port ${port} is open, for browsers.`, { timeoutMs: 20_000 });
  const items = await host.names('list item');
  assert.ok(items.includes('Note: Nobody has joined from another device yet.'));
  // Where this computer is in no network, no firewall is in the way.
  const isInNetwork = !['127.0.0.1', '[::1]', 'localhost'].includes(hostname);
  assert.equal(items.some((name) => new RegExp(`^ufw.*sudo ufw allow \\d+,${port}/tcp`).test(name)), isInNetwork);

  const scanned = await scanWindow(host, 'window-invite');
  assert.equal(scanned, url);
  await host.click('push button', 'Copy Address', { last: true });
  await host.untilNode('label', 'Address copied', { timeoutMs: 20_000 });
  await eventually('the invitation is closed', async () => {
    await host.key('Escape');
    return await host.count() === 1;
  }, { timeoutMs: 20_000, pauseMs: 300 });
  await host.point('text', 'Message');
  await eventually('the address is pasted', async () => {
    await host.key('ctrl+a', 'ctrl+v');
    return (await host.untilNode('text', 'Message')).text === url;
  }, { timeoutMs: 20_000, pauseMs: 300 });
  const page = await fetch(scanned);
  assert.equal(page.status, 200);
  assert.match(await page.text(), /<title>Messages<\/title>/);
});

test('who has joined invites to the host, into the room that is shown', async (t) => {
  const broker = await startBroker(t);
  const guest = await openWindow(t, { args: ['--join', `127.0.0.1:${broker.mqttPort}`] });
  await guest.untilNode('label', `http://127.0.0.1:${broker.httpPort}/`, { timeoutMs: 20_000 });

  await guest.click('push button', 'Rooms');
  await guest.type('New room', 'garden');
  await guest.click('push button', 'Enter');
  await guest.untilNode('label', `http://127.0.0.1:${broker.httpPort}/#room=garden`);
  await openInvite(guest);
  assert.equal(await scanWindow(guest, 'window-invite-joined'), `http://127.0.0.1:${broker.httpPort}/#room=garden`);
  // Whether others get through, only the host can tell.
  assert.deepEqual((await guest.names('list item')).filter((name) => /^(Good|Note|Problem): /.test(name)), []);
});

await run();
