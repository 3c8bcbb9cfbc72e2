// SPDX-License-Identifier: LGPL-2.1-or-later
//
// The program without its window: it goes on hosting, comes back, and can be quit; and the desktop starts it.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';

import { eventually, run, test } from '../support/check.js';
import { mosquittoPub } from '../support/mosquitto.js';
import { openWindow } from '../support/window.js';

const slowly = { timeoutMs: 20_000 };

test('closed, it goes on hosting, and shows what was said when it is started again', async (t) => {
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
  await mosquittoPub(broker, ['-q', '1', '-t', 'messages', '-m', 'Said behind a closed window']);
  // In the background it is already.
  assert.equal(await window.again('--background'), 0);
  assert.equal(await window.count(), 0);

  assert.equal(await window.again(), 0);
  await window.untilRow(/^Said behind a closed window, /, slowly);
  await mosquittoPub(broker, ['-q', '1', '-t', 'messages', '-m', 'Said in front of an open one']);
  await window.untilRow(/^Said in front of an open one, /, slowly);

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
