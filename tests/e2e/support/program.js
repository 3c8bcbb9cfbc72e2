// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Programs as somebody starts them: what they write, and how they end.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';

import { eventually } from './check.js';

// A test that is cut short leaves no program behind.
const running = new Set();
process.on('exit', () => running.forEach((child) => child.kill('SIGKILL')));

// Stops a process, and returns when it has stopped: one of its threads has to be woken for that, and the others go on
// until it is.
export async function freezeProcess(child) {
  const folder = `/proc/${child.pid}/task`;
  child.kill('SIGSTOP');
  await eventually(`process ${child.pid} is stopped`, async () => {
    const states = await Promise.all((await readdir(folder)).map(async (thread) =>
      (await readFile(`${folder}/${thread}/stat`, 'utf8')).replace(/^.*\) /s, '')[0]));
    return states.every((state) => state === 'T');
  });
}

// Ends with the test, if it has not before; without a test, with all of them.
export class Program {
  #child;
  #output = '';
  #errors = '';
  #closed;

  constructor(t, command, args, options = {}) {
    this.#child = spawn(command, args, { ...options, stdio: ['pipe', 'pipe', 'pipe'] });
    running.add(this.#child);
    this.#closed = once(this.#child, 'close');
    this.#closed.catch(() => {});
    this.#child.on('exit', () => running.delete(this.#child));
    // It may have ended without having read anything.
    this.#child.stdin.on('error', () => {});
    this.#child.stdout.setEncoding('utf8').on('data', (text) => { this.#output += text; });
    this.#child.stderr.setEncoding('utf8').on('data', (text) => { this.#errors += text; });
    t?.after(() => this.kill());
  }

  get pid() {
    return this.#child.pid;
  }

  get output() {
    return this.#output;
  }

  get errors() {
    return this.#errors;
  }

  get isRunning() {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  // For how long its first thread would have gone on, had there been a processor for it, in milliseconds; 0 where the system
  // does not tell.
  async waitedMs() {
    const [, waitedNs] = (await readFile(`/proc/${this.pid}/schedstat`, 'utf8').catch(() => '0 0 0')).split(' ');
    return Number(waitedNs) / 1_000_000;
  }

  write(data) {
    this.#child.stdin.write(data);
  }

  closeInput() {
    this.#child.stdin.end();
  }

  // From here on nobody reads what it complains about.
  closeErrors() {
    this.#child.stderr.destroy();
  }

  signal(name) {
    this.#child.kill(name);
  }

  // Its sockets stay open, but it reads and says nothing.
  async freeze() {
    await freezeProcess(this.#child);
  }

  thaw() {
    this.signal('SIGCONT');
  }

  // Its exit status, once it has ended and written everything; null when a signal has ended it.
  async ended() {
    await this.#closed;
    return this.#child.exitCode;
  }

  // As a crash would.
  async kill() {
    this.signal('SIGKILL');
    await this.#closed;
  }
}

// Runs a program to its end.
export async function runProgram(t, command, args, { input = '', ...options } = {}) {
  const program = new Program(t, command, args, options);
  program.write(input);
  program.closeInput();
  const status = await program.ended();
  return { status, output: program.output, errors: program.errors };
}
