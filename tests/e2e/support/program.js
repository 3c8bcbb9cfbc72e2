// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Programs as somebody starts them: what they write, and how they end.

import { spawn } from 'node:child_process';
import { once } from 'node:events';

// A test that is cut short leaves no program behind.
const running = new Set();
process.on('exit', () => running.forEach((child) => child.kill('SIGKILL')));

// Ends with the test, if it has not before.
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
    t.after(() => this.kill());
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
