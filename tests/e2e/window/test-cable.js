// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Two computers at the ends of a cable, each with an Avahi and a window. To be run by with-avahi --two.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';

import { eventually, run, test } from '../support/check.js';
import { openWindow, usualPorts } from '../support/window.js';

const patience = { timeoutMs: 30_000 };

const openNear = (t) => openWindow(t, { ports: usualPorts });

const openFar = (t) => openWindow(t, {
  ports: usualPorts,
  env: { DBUS_SYSTEM_BUS_ADDRESS: process.env.HUBBUB_FAR_BUS },
  within: ['nsenter', '--target', process.env.HUBBUB_FAR_PID, '--net', '--'],
});

const runIp = (...words) => execFileSync('ip', words);

async function untilNoButton(window, name) {
  await eventually(`there is no '${name}' any more`, async () => !(await window.names('push button')).includes(name), patience);
}

test('two hosts find each other, one joins the other by one click, moves, and leaves', async (t) => {
  const [near, far] = await Promise.all([openNear(t), openFar(t)]);
  await near.untilBadge('connected', patience);
  await near.type('First Name', 'Ada');
  await far.untilBadge('connected', patience);
  await far.type('First Name', 'Grace');
  assert.equal(await near.url(), 'http://10.77.0.1:9001/');
  assert.equal(await far.url(), 'http://10.77.0.2:9001/');

  await near.untilNode('push button', 'Join Grace’s chat', patience);
  await far.untilNode('push button', 'Join Ada’s chat', patience);
  await far.click('push button', 'Join Ada’s chat');
  await far.untilNode('label', 'Joined 10.77.0.1', patience);
  await far.untilBadge('connected', patience);
  await untilNoButton(near, 'Join Grace’s chat');

  await far.say('Grace', 'at the other end');
  await near.untilRow(/^Grace: at the other end, /, patience);
  await near.say('Ada', 'hello');
  await far.untilRow(/^Ada: hello, /, patience);

  await far.click('push button', 'Main Menu');
  await far.click('menu item', 'Join…');
  await far.untilNode('label', '10.77.0.1:1883', patience);

  // As by another lease, or in another network.
  runIp('address', 'delete', '10.77.0.1/24', 'dev', 'near');
  runIp('address', 'add', '10.77.0.4/24', 'dev', 'near');
  await near.untilNode('label', 'http://10.77.0.4:9001/', patience);
  await far.untilNode('label', '10.77.0.4:1883', patience);
  await far.untilNode('push button', 'Join Ada’s chat', patience);

  await near.close();
  await untilNoButton(far, 'Join Ada’s chat');
});

await run();
