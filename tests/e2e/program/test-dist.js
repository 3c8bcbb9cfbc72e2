// SPDX-License-Identifier: LGPL-2.1-or-later
//
// The tarball that "meson dist" makes: whole, and enough for a build without git and npm.

import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, symlink } from 'node:fs/promises';
import path from 'node:path';

import { run, test } from '../support/check.js';
import { makeFolder } from '../support/command-line.js';
import { runProgram } from '../support/program.js';

const { HUBBUB_BUILD, HUBBUB_SOURCES, HUBBUB_VERSION } = process.env;
const mqttJs = 'data/web/mqtt.min.js';
// Whoever owns the checkout.
const env = { ...process.env, GIT_CONFIG_COUNT: '1', GIT_CONFIG_KEY_0: 'safe.directory', GIT_CONFIG_VALUE_0: '*' };

async function runWell(t, command, args, options) {
  const { status, output, errors } = await runProgram(t, command, args, { env, ...options });
  assert.equal(status, 0, (output + errors).slice(-3000));
  return output;
}

// A PATH without these programs.
async function pathWithout(t, ...names) {
  const folder = path.join(await makeFolder(t), 'bin');
  await mkdir(folder);
  for (const from of process.env.PATH.split(':')) {
    for (const name of await readdir(from).catch(() => [])) {
      if (!names.includes(name))
        await symlink(path.join(from, name), path.join(folder, name)).catch(() => {});
    }
  }
  return folder;
}

test('it has every file that git has, and the MQTT client of the page', async (t) => {
  const kept = await runWell(t, 'git', ['ls-tree', '-r', '-z', '--name-only', 'HEAD'], { cwd: HUBBUB_SOURCES });
  await runWell(t, 'meson', ['dist', '-C', HUBBUB_BUILD, '--no-tests', '--allow-dirty', '--formats', 'gztar']);
  const top = `hubbub-${HUBBUB_VERSION}`;
  const folder = await makeFolder(t);
  await runWell(t, 'tar', ['-xf', path.join(HUBBUB_BUILD, 'meson-dist', `${top}.tar.gz`), '-C', folder]);
  const tree = path.join(folder, top);
  const files = (await readdir(tree, { recursive: true })).sort();
  for (const name of kept.split('\0').filter((each) => each !== ''))
    assert.ok(files.includes(name), name);
  const made = await runWell(t, path.join(HUBBUB_SOURCES, 'data/scripts/run-mqtt-js'), []);
  assert.equal(await readFile(path.join(tree, mqttJs), 'utf8'), made);
  assert.match(made, /^\/\*!.*MQTT\.js.*licence/);

  const PATH = await pathWithout(t, 'curl', 'git', 'node', 'npm', 'wget');
  await runWell(t, 'meson', ['setup', path.join(folder, 'build'), tree, '-Dtests=false'], { env: { ...env, PATH } });
}, { timeoutMs: 180_000 });

const { status } = await runProgram(null, 'git', ['rev-parse', 'HEAD'], { cwd: HUBBUB_SOURCES, env });
if (status === 0)
  await run();
else
  console.log('1..0 # SKIP this is no clone');
