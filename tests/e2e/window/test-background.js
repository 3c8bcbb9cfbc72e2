// SPDX-License-Identifier: LGPL-2.1-or-later
//
// The program without its window: it goes on hosting, comes back, and can be quit; and the desktop starts it.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';

import { eventually, run, test } from '../support/check.js';
import { mosquittoPub } from '../support/mosquitto.js';
import { openWindow } from '../support/window.js';

const slowly = { timeoutMs: 20_000 };

test('closed, it goes on hosting and tells the desktop, and shows what was said when it is started again', async (t) => {
  const window = await openWindow(t);
  await window.untilBadge('connected', slowly);
  const broker = { mqttPort: await window.mqttPort() };
  await window.key('ctrl+comma');
  await window.click('check box', 'Run in Background', slowly);
  // It slides there first.
  await eventually('it is set', async () => {
    const { states } = await window.untilNode('check box', 'Run in Background', slowly);
    return states.includes('checked');
  }, slowly);
  await window.key('Escape');
  await eventually('the preferences are closed', async () => await window.count() === 1, slowly);

  await window.key('ctrl+w');
  await eventually('the window is closed', async () => await window.count() === 0, slowly);
  const told = async (pattern) => (await window.notifications()).filter(({ summary, body }) => pattern.test(`${summary} ${body}`));
  await eventually('the desktop is told so', async () => (await told(/keeps running in the background/)).length === 1, slowly);
  await mosquittoPub(broker, ['-q', '1', '-t', 'messages', '-m', 'Said behind a closed window']);
  await eventually('and of what is said', async () => (await told(/Said behind a closed window/)).length === 1, slowly);
  // In the background it is already.
  assert.equal(await window.again('--background'), 0);
  assert.equal(await window.count(), 0);

  assert.equal(await window.again(), 0);
  await window.untilRow(/^Said behind a closed window, /, slowly);
  await mosquittoPub(broker, ['-q', '1', '-t', 'messages', '-m', 'Said in front of an open one']);
  await window.untilRow(/^Said in front of an open one, /, slowly);

  // That it goes on has been told.
  await window.key('ctrl+w');
  await eventually('it is closed once more', async () => await window.count() === 0, slowly);
  await mosquittoPub(broker, ['-q', '1', '-t', 'messages', '-m', 'Said behind it again']);
  await eventually('what is said is told again', async () => (await told(/Said behind it again/)).length === 1, slowly);
  assert.equal((await told(/keeps running in the background/)).length, 1);
  assert.equal(await window.again(), 0);
  await window.untilRow(/^Said behind it again, /, slowly);

  await window.key('ctrl+q');
  assert.deepEqual(await window.untilEnded(slowly), { status: 0 });
});

test('without that, closing the window ends it; D-Bus starts it again', async (t) => {
  const window = await openWindow(t);
  await window.untilBadge('connected', slowly);
  await window.key('ctrl+w');
  assert.deepEqual(await window.untilEnded(slowly), { status: 0 });

  // The file that is installed, but for where the program is.
  const service = await readFile(process.env.HUBBUB_SERVICE, 'utf8');
  await window.activate(service.replace(/^Exec=\S+/m, `Exec=${process.env.HUBBUB}`));
  await window.untilNode('frame', 'Messages', slowly);
  await window.untilBadge('connected', slowly);
  await window.key('ctrl+q');
  await eventually('it has gone again', async () => await window.count() === 0, slowly);
});

await run();
