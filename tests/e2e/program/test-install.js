// SPDX-License-Identifier: LGPL-2.1-or-later
//
// What "meson install" puts onto a computer, in a folder that stands for its root, works there.

import assert from 'node:assert/strict';
import { copyFile, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { freePort } from '../support/broker.js';
import { openConnectedPage, untilRow } from '../support/browser.js';
import { atEnd, eventually, run, test } from '../support/check.js';
import { makeFolder } from '../support/command-line.js';
import { mosquittoPub } from '../support/mosquitto.js';
import { Program, runProgram } from '../support/program.js';
import { openWindow, withDisplay } from '../support/window.js';

const id = 'io.github.hubbub_chat.Hubbub';
const { HUBBUB_BUILD, HUBBUB_PREFIX, HUBBUB_SOURCES, HUBBUB_VERSION } = process.env;

const desktopFile = `share/applications/${id}.desktop`;
const metainfo = `share/metainfo/${id}.metainfo.xml`;
const service = `share/dbus-1/services/${id}.service`;
const unit = 'lib/systemd/system/hubbub-broker.service';
const configuration = 'etc/hubbub/broker.conf';
const schema = `share/glib-2.0/schemas/${id}.gschema.xml`;
const manual = ['man1/hubbub.1', 'man5/hubbub-broker.conf.5', 'man8/hubbub-broker.8'].map((page) => `share/man/${page}`);
const completion = 'share/bash-completion/completions/hubbub';
const icons = [`share/icons/hicolor/scalable/apps/${id}.svg`, `share/icons/hicolor/symbolic/apps/${id}-symbolic.svg`];
const translations = ['ar', 'de'].map((language) => `share/locale/${language}/LC_MESSAGES/hubbub.mo`);
const programs = ['bin/hubbub', 'bin/hubbub-broker'];
const library = [
  /^include\/hubbub-1\/hubbub\/[\w-]+\.h$/,
  /^lib\/([\w-]+\/)?libhubbub-1\.so\.[\d.]+$/,
  /^lib\/([\w-]+\/)?pkgconfig\/hubbub-1\.pc$/,
];

let installed = null;

// Installs once for all tests, and returns the folder that stands for the prefix.
async function install(t) {
  if (installed === null) {
    const root = await mkdtemp(path.join(tmpdir(), 'hubbub-root-'));
    atEnd(() => rm(root, { recursive: true, force: true }));
    const { status, output, errors } = await runProgram(t, 'meson',
      ['install', '-C', HUBBUB_BUILD, '--no-rebuild', '--destdir', root]);
    assert.equal(status, 0, output + errors);
    installed = path.join(root, HUBBUB_PREFIX);
    // Where there is no DESTDIR, the installation does that itself, and else the package manager.
    const compiled = await runProgram(t, 'glib-compile-schemas', ['--strict', path.join(installed, path.dirname(schema))]);
    assert.deepEqual(compiled, { status: 0, output: '', errors: '' });
  }
  return installed;
}

// The values of a file of groups and keys.
async function readKeys(file) {
  const text = await readFile(file, 'utf8');
  return Object.fromEntries(Array.from(text.matchAll(/^(\w[\w-]*)=(.*)$/gm), ([, key, value]) => [key, value]));
}

// Nothing names the folder: the programs have to find what is theirs.
const unaware = { GSETTINGS_SCHEMA_DIR: '', XDG_DATA_DIRS: '/usr/share' };

// The files below a folder, by their paths in it.
async function listFiles(folder) {
  return (await readdir(folder, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath ?? entry.path, entry.name)));
}

test('everything is where it belongs, and nothing else is', async (t) => {
  const prefix = await install(t);
  const files = await listFiles(prefix);
  for (const pattern of library) {
    assert.ok(files.some((file) => pattern.test(file)), pattern.source);
  }
  for (const file of [...programs, ...translations, desktopFile, metainfo, service, schema, unit, configuration, completion,
    ...manual, ...icons]) {
    assert.ok(files.includes(file), file);
    const { mode } = await stat(path.join(prefix, file));
    assert.equal(mode & 0o777, programs.includes(file) ? 0o755 : 0o644, file);
  }
  const strange = files
    .filter((file) => !library.some((pattern) => pattern.test(file)))
    .filter((file) => /^bin\//.test(file) ? !programs.includes(file) : /\.(a|h|la|o|pc|so)$|test|fuzz|bench/.test(file));
  assert.deepEqual(strange, []);
});

test('what the desktop reads fits together', async (t) => {
  const prefix = await install(t);
  const desktop = await readKeys(path.join(prefix, desktopFile));
  const [command] = desktop.Exec.split(' ');
  assert.ok(programs.includes(`bin/${command}`), desktop.Exec);
  assert.ok(icons.includes(`share/icons/hicolor/scalable/apps/${desktop.Icon}.svg`), desktop.Icon);
  assert.equal(desktop.DBusActivatable, 'true');

  const activated = await readKeys(path.join(prefix, service));
  assert.equal(activated.Name, path.basename(desktopFile, '.desktop'));
  assert.equal(activated.Exec, `${HUBBUB_PREFIX}/bin/hubbub --gapplication-service`);

  const text = await readFile(path.join(prefix, metainfo), 'utf8');
  assert.match(text, new RegExp(`<launchable type="desktop-id">${path.basename(desktopFile)}</launchable>`));
  assert.match(text, new RegExp(`<id>${id}</id>`));
  assert.match(text, new RegExp(`<release version="${HUBBUB_VERSION}"`));
  assert.match(text, /<binary>hubbub<\/binary>/);
});

test('the service of the system starts what was installed, with a configuration that is right', async (t) => {
  const prefix = await install(t);
  const { ExecStart, Type } = await readKeys(path.join(prefix, unit));
  assert.equal(Type, 'notify');
  assert.equal(ExecStart, `${HUBBUB_PREFIX}/bin/hubbub-broker -c ${HUBBUB_PREFIX}/${configuration}`);
  const checked = await runProgram(t, path.join(prefix, 'bin/hubbub-broker'),
    ['--test-config', '-c', path.join(prefix, configuration)]);
  assert.equal(checked.status, 0, checked.errors);
});

test('a program that embeds the broker is compiled with what was installed, and runs', async (t) => {
  const prefix = await install(t);
  const [packageFile] = (await listFiles(prefix)).filter((file) => library[2].test(file));
  const env = { ...process.env, PKG_CONFIG_PATH: path.join(prefix, path.dirname(packageFile)) };
  const flags = await runProgram(t, 'pkg-config',
    // What it requires has a prefix of its own.
    ['--maximum-traverse-depth=2', `--define-variable=prefix=${prefix}`, '--cflags', '--libs', 'hubbub-1'], { env });
  const others = await runProgram(t, 'pkg-config', ['--cflags', '--libs', 'gio-2.0']);
  const program = path.join(await makeFolder(t), 'embed');
  const compiled = await runProgram(t, 'cc', ['-Wall', '-Werror', '-o', program,
    path.join(HUBBUB_SOURCES, 'docs/examples/embed.c'), ...`${flags.output} ${others.output}`.trim().split(/\s+/)]);
  assert.deepEqual(compiled, { status: 0, output: '', errors: '' });

  const host = new Program(t, program, [], { env: { LD_LIBRARY_PATH: path.dirname(env.PKG_CONFIG_PATH) } });
  await eventually('it listens', () => /port \d+/.test(host.output));
  const [, mqttPort] = /port (\d+)/.exec(host.output);
  await mosquittoPub({ mqttPort }, ['-t', 'quit', '-m', 'now']);
  assert.equal(await host.ended(), 0);
  assert.match(host.output, /^quit: now$/m);
});

test('hubbub-broker says its version, and serves the page', async (t) => {
  const prefix = await install(t);
  const broker = path.join(prefix, 'bin/hubbub-broker');
  assert.equal((await runProgram(t, broker, ['--version'])).output, `hubbub-broker version ${HUBBUB_VERSION}\n`);

  const [mqttPort, httpPort] = [await freePort(), await freePort()];
  const folder = await makeFolder(t);
  await writeFile(path.join(folder, 'broker.conf'), `listener ${mqttPort}\nlistener ${httpPort}\nprotocol websockets\n`);
  const host = new Program(t, broker, ['-c', 'broker.conf'], { cwd: folder });
  await eventually('it listens or has ended', () => host.errors.includes('Join from a browser') || !host.isRunning);
  assert.ok(host.isRunning, host.errors);
  const page = await openConnectedPage(t, { url: `http://127.0.0.1:${httpPort}/` });
  await mosquittoPub({ mqttPort }, ['-t', 'messages', '-m', 'This is my message!']);
  await untilRow(page, { text: 'This is my message!' });
  host.signal('SIGTERM');
  assert.equal(await host.ended(), 0);
});

test('hubbub says its version and its options, also where there is no display', async (t) => {
  const hubbub = path.join(await install(t), 'bin/hubbub');
  const env = { PATH: process.env.PATH, HOME: await makeFolder(t) };
  assert.deepEqual(await runProgram(t, hubbub, ['--version'], { env }),
    { status: 0, output: `hubbub ${HUBBUB_VERSION}\n`, errors: '' });
  const help = await runProgram(t, hubbub, ['--help'], { env });
  assert.equal(help.status, 0);
  assert.match(help.output, /--join=ADDRESS/);
  const display = await runProgram(t, withDisplay, [hubbub, '--version']);
  assert.deepEqual(display, { status: 0, output: `hubbub ${HUBBUB_VERSION}\n`, errors: '' });
});

test('the window opens and hosts', async (t) => {
  const prefix = await install(t);
  const window = await openWindow(t, { program: path.join(prefix, 'bin/hubbub'), env: unaware });
  await window.untilBadge('connected');
  const page = await openConnectedPage(t, { url: `http://127.0.0.1:${new URL(await window.url()).port}/` });
  await window.say('Ada', 'installed');
  await untilRow(page, { name: 'Ada', text: 'installed' });
  await window.key('ctrl+q');
  assert.deepEqual(await window.untilEnded(), { status: 0 });
});

// A session bus that knows the service, a desktop that starts it, and the name of the window that appears.
const launch = `
  mkdir -p "$XDG_RUNTIME_DIR/dbus-1/services" &&
  cp "$1" "$XDG_RUNTIME_DIR/dbus-1/services/" &&
  gdbus call --session --dest org.freedesktop.DBus --object-path /org/freedesktop/DBus \\
    --method org.freedesktop.DBus.ReloadConfig >/dev/null &&
  gapplication launch ${id} >&2 &&
  timeout 20 xdotool search --sync --onlyvisible --class hubbub getwindowname`;

test('the desktop starts it over the bus', async (t) => {
  const prefix = await install(t);
  const folder = await makeFolder(t);
  const file = path.join(folder, path.basename(service));
  await copyFile(path.join(prefix, service), file);
  // The folder that stands for the root is not the root.
  await writeFile(file, (await readFile(file, 'utf8')).replace(`Exec=${HUBBUB_PREFIX}`, `Exec=${prefix}`));
  const { status, output, errors } = await runProgram(t, withDisplay, ['sh', '-c', launch, 'sh', file],
    { env: { ...process.env, ...unaware } });
  assert.equal(status, 0, errors);
  assert.equal(output, 'Messages\n');
});

await run();
