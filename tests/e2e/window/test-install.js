// SPDX-License-Identifier: LGPL-2.1-or-later
//
// What "meson install" puts where, and that the program works from there.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { access, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

import { run, test } from '../support/check.js';
import { openWindow } from '../support/window.js';

const execute = promisify(execFile);
const id = 'io.github.hubbub_chat.Hubbub';

const files = [
  'bin/hubbub',
  'bin/hubbub-broker',
  `share/applications/${id}.desktop`,
  `share/dbus-1/services/${id}.service`,
  `share/glib-2.0/schemas/${id}.gschema.xml`,
  `share/icons/hicolor/scalable/apps/${id}.svg`,
  `share/icons/hicolor/symbolic/apps/${id}-symbolic.svg`,
  `share/metainfo/${id}.metainfo.xml`,
];

test('it works where it was installed, and finds its settings there', async (t) => {
  const destination = await mkdtemp(path.join(tmpdir(), 'hubbub-install-'));
  t.after(() => rm(destination, { recursive: true }));
  await execute('meson', ['install', '-C', process.env.HUBBUB_BUILD, '--no-rebuild', '--quiet', '--destdir', destination]);
  const prefix = path.join(destination, process.env.HUBBUB_PREFIX);
  for (const file of files)
    await access(path.join(prefix, file));
  // Meson leaves this to the package where it installs into a folder that will move.
  await execute('glib-compile-schemas', [path.join(prefix, 'share/glib-2.0/schemas')]);

  const { stdout } = await execute(path.join(prefix, 'bin/hubbub-broker'), ['--version']);
  assert.match(stdout, /^hubbub-broker /);

  const window = await openWindow(t, {
    program: path.join(prefix, 'bin/hubbub'),
    env: { GSETTINGS_SCHEMA_DIR: '', XDG_DATA_DIRS: '/usr/share' },
  });
  await window.untilBadge('connected');
  await window.say('Ada', 'from where it was installed');
  await window.untilRow(/from where it was installed.*sent/);
  await window.key('ctrl+q');
  assert.equal((await window.untilEnded()).status, 0);
});

await run();
