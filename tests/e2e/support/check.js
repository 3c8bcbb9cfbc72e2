// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Tests by name, one after the other, reported as TAP. What a test opens it
// hands to t.after, which closes it again in the opposite order, whether the
// test passes or not.

import { setTimeout as delay } from 'node:timers/promises';
import { stripVTControlCharacters } from 'node:util';

const tests = [];
const endings = [];

export function test(name, body, { timeoutMs = 60_000 } = {}) {
  tests.push({ name, body, timeoutMs });
}

// For what all tests of a file share.
export function atEnd(action) {
  endings.push(action);
}

// A machine that does other things besides is slower than what is promised to
// people: every deadline is that many times longer. 1 on an idle machine.
const patience = Number(process.env.HUBBUB_PATIENCE ?? 2);

const pauseGrowth = 1.5;
const pauseMaxMs = 150;

// Waits until `condition` returns something true, and returns that. What it
// throws counts as not yet. `what` says what was waited for, `pauseMs` how long
// it is before it is asked again; longer from time to time, since to ask takes
// some of the processor that the answer needs.
export async function eventually(what, condition, { timeoutMs = 10_000, pauseMs = 20 } = {}) {
  const endMs = performance.now() + timeoutMs * patience;
  let waitMs = pauseMs;
  let last;
  for (;;) {
    try {
      last = await condition();
      if (last)
        return last;
    } catch (error) {
      last = error;
    }
    if (performance.now() > endMs)
      throw new Error(`${what}: not within ${timeoutMs * patience} ms, at last: ${last}`);
    await delay(waitMs);
    waitMs = Math.max(waitMs, Math.min(waitMs * pauseGrowth, pauseMaxMs));
  }
}

// Starts a clock that goes only as far as this machine does: where this process is kept from the processor, or all of them
// stand still, others are not served either. Returns how to read it, in milliseconds, which stops it.
export function startClock() {
  const tickMs = 5;
  const mostMs = 25;
  let lastMs = performance.now();
  let passedMs = 0;
  const tick = () => {
    const nowMs = performance.now();
    passedMs += Math.min(nowMs - lastMs, mostMs);
    lastMs = nowMs;
  };
  const timer = setInterval(tick, tickMs);
  return () => {
    tick();
    clearInterval(timer);
    return passedMs;
  };
}

const noteChars = 4_000;

export function note(text) {
  const plain = stripVTControlCharacters(String(text));
  const isLong = plain.length > noteChars;
  for (const line of (isLong ? `${plain.slice(0, noteChars)}…` : plain).split('\n'))
    console.log(`# ${line}`);
}

// The names of people and rooms stand isolated from the direction of the text around them: the text without those marks.
export const plain = (text) => text.replace(/[\u2066-\u2069]/g, '');

// What is open, and how to close it.
export class Scope {
  #actions = [];
  #explanations = [];

  after(action) {
    this.#actions.push(action);
  }

  // What helps to understand a failure, done before anything is closed.
  onFailure(action) {
    this.#explanations.push(action);
  }

  async explain() {
    for (const action of this.#explanations)
      await action().catch((error) => note(`this could not be explained: ${error.message}`));
  }

  async close() {
    const errors = [];
    for (const action of this.#actions.reverse()) {
      try {
        await action();
      } catch (error) {
        errors.push(error);
      }
    }
    if (errors.length > 0)
      throw errors[0];
  }
}

async function perform({ body, timeoutMs }) {
  const scope = new Scope();
  let timer;
  const overdue = new Promise((resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`not done within ${timeoutMs * patience} ms`)), timeoutMs * patience);
  });
  try {
    await Promise.race([body(scope), overdue]);
  } catch (error) {
    await scope.explain();
    throw error;
  } finally {
    clearTimeout(timer);
    await scope.close();
  }
}

// Runs all tests, or those whose name contains the first argument of the program.
export async function run() {
  const wanted = tests.filter(({ name }) => name.includes(process.argv[2] ?? ''));
  console.log(`1..${wanted.length}`);
  let failures = wanted.length === 0 ? 1 : 0;
  for (const [index, one] of wanted.entries()) {
    try {
      await perform(one);
      console.log(`ok ${index + 1} - ${one.name}`);
    } catch (error) {
      failures += 1;
      console.log(`not ok ${index + 1} - ${one.name}`);
      note(error.stack ?? error);
    }
  }
  for (const action of endings.reverse())
    await action();
  process.exitCode = failures === 0 ? 0 : 1;
}
