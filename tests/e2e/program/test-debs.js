// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Debian's packages: built from this checkout, installed in a folder that stands for the root, and taken away again.

import assert from 'node:assert/strict';
import { copyFile, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { atEnd, run, test } from '../support/check.js';
import { runProgram } from '../support/program.js';
import { openWindow } from '../support/window.js';

const { HUBBUB_SOURCES, HUBBUB_VERSION } = process.env;
const packages = ['hubbub', 'hubbub-broker', 'libhubbub-1-0', 'libhubbub-1-dev'];
const configuration = 'etc/hubbub/broker.conf';
// What dpkg starts is there too.
const sbin = `${process.env.PATH}:/usr/sbin:/sbin`;
// Quickly rather than well.
const quickly = {
  DEB_BUILD_OPTIONS: 'nocheck noautodbgsym parallel=2',
  DEB_CFLAGS_APPEND: '-O1 -g0',
  LC_ALL: 'C.UTF-8',
};

const work = await mkdtemp(path.join(tmpdir(), 'hubbub-debs-'));
atEnd(() => rm(work, { recursive: true, force: true }));
const debs = path.join(work, 'debs');
const root = path.join(work, 'root');

async function runWell(t, command, args, options) {
  const { status, output, errors } = await runProgram(t, command, args, options);
  assert.equal(status, 0, (output + errors).slice(-3000));
  return output;
}

// dpkg, with the folder for the root, and with this computer's list of what is installed.
async function dpkg(t, ...args) {
  const admin = path.join(root, 'var/lib/dpkg');
  const command = ['dpkg', `--root=${root}`, `--admindir=${admin}`, '--force-not-root', '--force-script-chrootless',
    `--log=${path.join(work, 'log')}`, ...args];
  if (process.getuid() !== 0)
    command.unshift('fakeroot');
  await runWell(t, command[0], command.slice(1), { env: { ...process.env, PATH: sbin, LC_ALL: 'C.UTF-8' } });
}

// The files below a folder, by their paths in it.
async function listFiles(folder) {
  return (await readdir(folder, { recursive: true, withFileTypes: true }))
    .filter((entry) => !entry.isDirectory())
    .map((entry) => path.relative(folder, path.join(entry.parentPath ?? entry.path, entry.name)))
    .filter((file) => !file.startsWith('var/lib/dpkg/'));
}

test('they are built, with the version of the programs', async (t) => {
  // Other tests have deadlines.
  await runWell(t, 'nice', ['-n', '5', path.join(HUBBUB_SOURCES, 'data/scripts/run-debs'), debs],
    { env: { ...process.env, ...quickly } });
  const names = (await readdir(debs)).map((file) => file.replace(/_[^_]+\.deb$/, ''));
  assert.deepEqual(names.sort(), packages.map((name) => `${name}_${HUBBUB_VERSION}`).sort());
}, { timeoutMs: 400_000 });

test('they are installed, with all that they depend on', async (t) => {
  const admin = path.join(root, 'var/lib/dpkg');
  for (const folder of ['info', 'updates', 'triggers'])
    await mkdir(path.join(admin, folder), { recursive: true });
  await copyFile('/var/lib/dpkg/status', path.join(admin, 'status'));
  await dpkg(t, '--install', ...(await readdir(debs)).map((file) => path.join(debs, file)));
  const files = await listFiles(root);
  for (const file of ['usr/bin/hubbub', 'usr/bin/hubbub-broker', 'lib/systemd/system/hubbub-broker.service', configuration])
    assert.ok(files.includes(file), file);
  for (const name of packages)
    assert.ok(files.includes(`usr/share/doc/${name}/copyright`), name);
}, { timeoutMs: 120_000 });

test('hubbub-broker needs no GTK, and hosts as its configuration says', async (t) => {
  const broker = path.join(root, 'usr/bin/hubbub-broker');
  const libraries = await runWell(t, 'ldd', [broker]);
  assert.match(libraries, /libsoup-3/);
  assert.doesNotMatch(libraries, /gtk|adwaita|gdk|cairo|pango|libX|wayland|not found/i);
  const needs = await runWell(t, 'dpkg-deb', ['-f', path.join(debs, (await readdir(debs)).find((file) =>
    file.startsWith('hubbub-broker_'))), 'Depends']);
  assert.match(needs, /libsoup-3/);
  assert.doesNotMatch(needs, /gtk|adwaita|libhubbub/);
  assert.equal(await runWell(t, broker, ['--version']), `hubbub-broker version ${HUBBUB_VERSION}\n`);
  await runWell(t, broker, ['--test-config', '-c', path.join(root, configuration)]);
});

test('the window opens, in the language of its user', async (t) => {
  // On a whole computer, a trigger does that.
  await runWell(t, 'glib-compile-schemas', ['--strict', path.join(root, 'usr/share/glib-2.0/schemas')]);
  const window = await openWindow(t, {
    program: path.join(root, 'usr/bin/hubbub'),
    title: 'Nachrichten',
    env: {
      GSETTINGS_SCHEMA_DIR: path.join(root, 'usr/share/glib-2.0/schemas'),
      HUBBUB_LOCALE_DIR: path.join(root, 'usr/share/locale'),
      LANGUAGE: 'de',
      LC_ALL: 'C.UTF-8',
    },
  });
  await window.untilBadge('verbunden', { timeoutMs: 30_000 });
  await window.key('ctrl+q');
  assert.deepEqual(await window.untilEnded({ timeoutMs: 30_000 }), { status: 0 });
});

test('they go without leaving anything behind', async (t) => {
  await rm(path.join(root, 'usr/share/glib-2.0/schemas/gschemas.compiled'));
  await dpkg(t, '--remove', ...packages);
  assert.deepEqual((await listFiles(root)).filter((file) => !file.startsWith('var/lib/systemd/')), [configuration]);
  await dpkg(t, '--purge', ...packages);
  assert.deepEqual(await listFiles(root), []);
});

await run();
