// SPDX-License-Identifier: LGPL-2.1-or-later
//
// The window, used by a person: a desktop of its own for each, with desk.py at
// it. Two desktops are two users; their programs know nothing of each other.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import readline from 'node:readline';
import { fileURLToPath } from 'node:url';

import { freePort } from './broker.js';
import { eventually, note } from './check.js';
import './noon.js';

const support = fileURLToPath(new URL('.', import.meta.url));
export const withDisplay = path.join(support, '..', '..', 'support', 'with-display');

// As eventually(), for what a look at a window tells: that takes it and the test a tenth of a second of the processor.
export function untilSeen(what, condition, options) {
  return eventually(what, condition, { pauseMs: 250, ...options });
}

// A test that is cut short leaves no desktop behind.
const running = new Set();
process.on('exit', () => running.forEach((child) => child.kill('SIGTERM')));

let artefacts = null;
let failures = 0;

class Window {
  #child;
  #waiting = [];

  constructor(child, ports) {
    this.#child = child;
    this.ports = ports;
    readline.createInterface({ input: child.stdout }).on('line', (line) => {
      this.#waiting.shift()?.(JSON.parse(line));
    });
    child.on('exit', () => this.#waiting.forEach((answer) => answer({ error: 'the desktop is gone' })));
  }

  // One order to desk.py, and its answer.
  async #ask(order) {
    const answered = new Promise((resolve) => { this.#waiting.push(resolve); });
    this.#child.stdin.write(`${JSON.stringify(order)}\n`);
    const { ok, error } = await answered;
    if (error !== undefined)
      throw new Error(error);
    return ok;
  }

  nodes() {
    return this.#ask({ do: 'nodes' });
  }

  // The names of all visible nodes of a role.
  async names(role) {
    return (await this.nodes()).filter((node) => node.role === role).map(({ name }) => name);
  }

  // The messages, as a screen reader reads them.
  rows() {
    return this.names('list item');
  }

  async untilNode(role, name, options) {
    return untilSeen(`the window has a ${role} '${name}'`, async () => {
      const nodes = await this.nodes();
      return nodes.find((node) => node.role === role &&
        (name instanceof RegExp ? name.test(node.name) : node.name === name)) ??
        Promise.reject(new Error(`it has ${JSON.stringify(nodes.map(({ role, name }) => `${role} ${name}`).slice(0, 120))}`));
    }, options);
  }

  untilRow(name, options) {
    return this.untilNode('list item', name, options);
  }

  // The badge: connecting, connected or offline.
  untilBadge(word, options) {
    return this.untilNode('label', word, options);
  }

  // The line above the chat that says what is not as it should be.
  untilProblem(sentence, options) {
    return this.untilNode('alert', sentence, options);
  }

  // Where browsers join, as the window shows it.
  async url() {
    return (await this.untilNode('label', /^http:/)).name;
  }

  // The port of MQTT: that of the preferences, unless the window says that it is another.
  async mqttPort() {
    const nodes = await this.nodes();
    const said = nodes.map(({ name }) => /MQTT is on (\d+)/.exec(name)).find((match) => match !== null);
    return said ? Number(said[1]) : this.ports.mqtt;
  }

  async type(field, text, role = 'text') {
    await untilSeen(`the field '${field}' takes text`, () => this.#ask({ do: 'type', role, name: field, text }));
  }

  // The first one of that name, or the last.
  async click(role, name, { last = false, ...options } = {}) {
    await untilSeen(`${role} '${name}' can be pressed`, () => this.#ask({ do: 'click', role, name, last }), options);
  }

  // With the mouse, in the middle, or so far from the left and the top; a negative number is from the right, the bottom.
  async point(role, name, { button = 1, right = null, down = null } = {}) {
    await untilSeen(`there is a ${role} '${name}' to click at`, () => this.#ask({ do: 'point', role, name, button, right, down }));
  }

  // The wheel over a list; negative is up.
  async wheel(list, clicks) {
    await untilSeen(`there is a list '${list}'`, () => this.#ask({ do: 'wheel', name: list, clicks }));
  }

  // Where a list is, and its items.
  async boxes(list) {
    const [box, ...items] = await this.#ask({ do: 'boxes', name: list });
    return { ...box, items };
  }

  async key(...keys) {
    await eventually('a key can be pressed', () => this.#ask({ do: 'key', keys }));
  }

  // What is on the page that has the focus.
  page() {
    return this.#ask({ do: 'page' });
  }

  async say(name, text) {
    await this.type('First Name', name);
    await this.type('Message', text);
    await this.click('push button', 'Publish Message');
  }

  // Presses a button that closes its dialog. GTK 4.8 leaves the accessibility bus when it is asked about a window in the
  // moment in which that goes: so the screen is watched, and the tree is looked at only afterwards.
  async closeDialogBy(button) {
    await this.click('push button', button);
    await eventually('the dialog is gone', async () => await this.#ask({ do: 'windows' }) === 1);
  }

  async untilSize(width, height) {
    await eventually(`the window has ${width} times ${height} pixels`, async () => {
      const size = await this.#ask({ do: 'size' });
      return size.isSettled && size.width === width && size.height === height;
    });
  }

  async resize(width, height) {
    await this.#ask({ do: 'resize', width, height });
    await this.untilSize(width, height);
  }

  // How many windows are on the screen.
  count() {
    return this.#ask({ do: 'windows' });
  }

  // Has the session bus start the program, as the text of its service file says, with a window.
  activate(service) {
    return this.#ask({ do: 'activate', service });
  }

  again(...args) {
    return this.#ask({ do: 'again', arguments: args });
  }

  // Ends the program in order and starts it again.
  async restart() {
    await this.#ask({ do: 'restart' });
    await this.untilNode('frame', /./, { timeoutMs: 20_000 });
  }

  signal(number) {
    return this.#ask({ do: 'signal', number });
  }

  async pid() {
    return (await this.#ask({ do: 'alive' })).pid;
  }

  // What the desktop was told of so far, each with `summary` and `body`.
  notifications() {
    return this.#ask({ do: 'notifications' });
  }

  // What the program has written so far.
  log() {
    return this.#ask({ do: 'log' });
  }

  async untilEnded(options) {
    return eventually('the program has ended', async () => {
      const { isRunning, status } = await this.#ask({ do: 'alive' });
      return isRunning ? null : { status };
    }, options);
  }

  // Its path.
  async keepPicture(name, { isDialog = false } = {}) {
    artefacts ??= process.env.HUBBUB_ARTIFACTS || await mkdtemp(path.join(tmpdir(), 'hubbub-pictures-'));
    const picture = path.join(artefacts, `${name}.png`);
    await this.#ask({ do: 'picture', path: picture, isDialog });
    return picture;
  }

  async explain() {
    failures += 1;
    note(`the program said:\n${await this.log()}`);
    await this.keepPicture(`failure-${process.pid}-${failures}`);
  }

  async close() {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null)
      return;
    const ended = once(this.#child, 'exit');
    this.#child.stdin.end();
    await ended;
    running.delete(this.#child);
  }
}

export const usualPorts = { mqtt: 1883, http: 9001 };

// A window that finds a chat of Hubbub on its port joins that one.
async function choosePorts() {
  return { mqtt: await freePort(), http: await freePort() };
}

// Starts the program on a desktop of its own; it ends with the test. In another language it has another title. Where it
// hosts nobody else does, unless it is told on which ports. Within: a command that what is behind it is run by.
export async function openWindow(t, {
  args = [], env = {}, program = process.env.HUBBUB, title = 'Messages', ports, within = [],
} = {}) {
  if (!program)
    throw new Error('HUBBUB does not name the program');
  ports ??= await choosePorts();
  const preferred = ports === usualPorts ? ['0', '0'] : [String(ports.mqtt), String(ports.http)];
  const desk = [withDisplay, '/usr/bin/python3', path.join(support, 'desk.py'), ...preferred];
  const [command, ...words] = [...within, ...desk, program, ...args];
  const child = spawn(command, words, {
    stdio: ['pipe', 'pipe', 'inherit'],
    // What the program remembers goes into the home that with-display makes.
    env: { ...process.env, GSETTINGS_BACKEND: 'keyfile', ...env },
  });
  running.add(child);
  const window = new Window(child, ports);
  t.after(() => window.close());
  t.onFailure(() => window.explain());
  await window.untilNode('frame', title, { timeoutMs: 20_000 });
  return window;
}
