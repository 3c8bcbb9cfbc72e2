// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Chromium with the join page in it, and an eye on everything that it must not
// do: ask another origin, breach its own content security policy, log an error.

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { chromium } from 'playwright-core';

import { atEnd, eventually, note } from './check.js';
import './noon.js';

export const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  // A name of the LAN, so that the page is no secure context.
  '--host-resolver-rules=MAP *.local 127.0.0.1',
];

// The browser itself logs each socket that it cannot open, and each question that is not answered well; and it asks for the
// icon when it likes, perhaps after the host was stopped.
const socketFailure = /^WebSocket connection to 'ws:[^']*' failed/;
const isFailedQuestion = (message) => /^Failed to load resource: /.test(message.text()) &&
  /^\/(?:api\/|icon\.svg$)/.test(new URL(message.location().url).pathname);

// What opens the page where nothing else is asked for: the same engine as the browser's, without a browser around it, which
// takes less than half of the processor.
const shell = '/usr/bin/chromium-headless-shell';
const wholeBrowser = '/usr/bin/chromium';
let executablePath = process.env.CHROMIUM || (existsSync(shell) ? shell : wholeBrowser);

// From now on the page is opened in the browser as people have it.
export function useWholeBrowser() {
  executablePath = process.env.CHROMIUM || wholeBrowser;
}

let launched = null;
let artefacts = null;

function browser() {
  if (launched === null) {
    launched = chromium.launch({
      executablePath,
      args: flags,
      headless: true,
    });
    atEnd(async () => (await launched).close());
  }
  return launched;
}

export async function openContext(t, options = {}) {
  const context = await (await browser()).newContext({
    viewport: { width: 1100, height: 720 },
    locale: 'en-GB',
    ...options,
  });
  t.after(() => context.close());
  return context;
}

// Adds to `problems` whatever a good page does not do.
function watch(page, origin, problems) {
  page.on('request', (request) => {
    const url = new URL(request.url());
    if (url.protocol !== 'data:' && url.origin !== origin)
      problems.push(`request to ${request.url()}`);
  });
  page.on('websocket', (socket) => {
    if (new URL(socket.url()).host !== new URL(origin).host)
      problems.push(`socket to ${socket.url()}`);
  });
  page.on('pageerror', (error) => problems.push(`error: ${error.stack ?? error}`));
  page.on('console', (message) => {
    const isWrong = message.type() === 'error' || message.type() === 'warning';
    if (isWrong && !socketFailure.test(message.text()) && !isFailedQuestion(message))
      problems.push(`console: ${message.text()}`);
  });
  page.on('dialog', (dialog) => {
    problems.push(`dialog: ${dialog.message()}`);
    dialog.dismiss();
  });
}

/*
 * Opens the page in `context` (one of its own without it) and returns it. The
 * test fails at its end if the page has done what it must not.
 */
export async function openPage(t, broker, { context, options, hash = '' } = {}) {
  const page = await (context ?? await openContext(t, options)).newPage();
  const problems = [];
  watch(page, new URL(broker.url).origin, problems);
  t.after(() => {
    if (problems.length > 0)
      throw new Error(`the page misbehaved:\n${problems.join('\n')}`);
  });
  await page.goto(broker.url + hash);
  return page;
}

// A way to the host that can be closed, for the WebSockets of all pages in `context`, and for nothing else. While it is closed
// a page stays offline, however long a test takes.
export async function openGate(context) {
  const gate = { isOpen: true, sockets: new Set() };
  await context.routeWebSocket(/\/mqtt$/, (socket) => {
    if (!gate.isOpen) {
      socket.close({ code: 1001 });
      return;
    }
    gate.sockets.add(socket);
    socket.connectToServer();
  });
  gate.close = () => {
    gate.isOpen = false;
    gate.sockets.forEach((socket) => socket.close({ code: 1001 }));
    gate.sockets.clear();
  };
  gate.open = () => { gate.isOpen = true; };
  return gate;
}

// As a browser says that there is no network. The page is offline at once, and dials again two seconds later, which may be
// before anybody has looked.
export async function cutNetwork(page) {
  assert.equal(await page.evaluate(() => {
    window.dispatchEvent(new Event('offline'));
    return document.getElementById('connect-badge').textContent;
  }), 'offline');
}

export async function openConnectedPage(t, broker, options) {
  const page = await openPage(t, broker, options);
  await untilBadge(page, 'connected');
  return page;
}

// The same where nothing was said yet, and the history has said so: its answer, when it comes after hundreds of messages,
// begins the table anew.
export async function openSettledPage(t, broker, options) {
  const page = await openConnectedPage(t, broker, options);
  await page.locator('#empty').waitFor();
  return page;
}

export function badge(page) {
  return page.locator('#connect-badge').textContent();
}

export async function untilBadge(page, state, { timeoutMs = 10_000 } = {}) {
  await eventually(`the badge says ${state}`, async () => {
    const now = await badge(page);
    return now === state ? now : Promise.reject(new Error(`it says ${now}`));
  }, { timeoutMs });
}

// The messages of the table as people see them.
export function rows(page) {
  return page.locator('#messages > :not(.line)').evaluateAll((all) => all.map((row) => ({
    name: row.cells[0].textContent,
    text: row.querySelector('.text').textContent,
    time: row.querySelector('time').dateTime,
    state: ['waiting', 'sent', 'failed'].find((state) => row.classList.contains(state)) ?? '',
    isOwn: row.classList.contains('own'),
    isChat: row.classList.contains('kind-chat'),
    continues: row.classList.contains('again'),
  })));
}

export async function untilRow(page, wanted, options) {
  return eventually(`a row with ${JSON.stringify(wanted).slice(0, 200)}`, async () => {
    const all = await rows(page);
    return all.find((row) => Object.entries(wanted).every(([key, value]) => row[key] === value)) ??
      Promise.reject(new Error(`there are ${JSON.stringify(all).slice(0, 1_000)}`));
  }, options);
}

// What its messages say, in their order.
export async function texts(page) {
  return (await rows(page)).map(({ text }) => text);
}

export async function untilTexts(page, wanted, options) {
  await eventually('the table is as it should be', async () => {
    assert.deepEqual(await texts(page), wanted);
    return true;
  }, options);
}

// Browsers are slow to type what is very long: it is put there at once.
const typedChars = 10_000;

export async function say(page, name, text) {
  await page.getByLabel('First Name').fill(name);
  const field = page.getByRole('textbox', { name: 'Message', exact: true });
  if (text.length <= typedChars) {
    await field.fill(text);
  } else {
    await field.evaluate((element, value) => {
      element.value = value;
      element.dispatchEvent(new InputEvent('input', { bubbles: true }));
    }, text);
  }
  await page.getByRole('button', { name: 'Publish Message' }).click();
}

// The page notes which row is lit from now on, in window.lit, and afterwards for how long, in window.litMs: that is two
// seconds, in which nobody may have looked.
export async function watchLit(page) {
  await page.evaluate(() => {
    let sinceMs;
    window.lit = null;
    window.litMs = null;
    window.litObserver?.disconnect();
    window.litObserver = new MutationObserver((changes) => {
      for (const { target } of changes) {
        const isLit = target.classList.contains('lit');
        if (isLit && target !== window.lit) {
          window.lit = target;
          sinceMs = performance.now();
        } else if (!isLit && target === window.lit) {
          window.litMs ??= performance.now() - sinceMs;
        }
      }
    });
    window.litObserver.observe(document.getElementById('messages'), { subtree: true, attributeFilter: ['class'] });
  });
}

// What is said of what was copied goes after two seconds, too. Returns a function that waits for what is said from now on,
// and tells it, if it can be seen.
export async function watchSaid(page) {
  await page.evaluate(() => {
    const element = document.querySelector('#said[role="status"]');
    window.said = new Promise((done) => {
      new MutationObserver((changes, observer) => {
        if (element.textContent === '')
          return;
        observer.disconnect();
        done(element.checkVisibility({ checkOpacity: true, checkVisibilityCSS: true }) ? element.textContent : 'nothing to be seen');
      }).observe(element, { childList: true });
    });
  });
  return () => page.evaluate(() => window.said);
}

/*
 * Watches the tasks of the page's thread from now on. Returns a function that
 * ends that and tells the longest one in milliseconds of the processor: what
 * else the machine does meanwhile is not the page's fault.
 */
export async function watchTasks(page) {
  const own = page.context().browser();
  await own.startTracing(page, { categories: ['toplevel'] });
  return async () => {
    const { traceEvents } = JSON.parse(await own.stopTracing());
    const threadOf = ({ pid, tid }) => `${pid} ${tid}`;
    const threads = new Set(traceEvents
      .filter(({ name, args }) => name === 'thread_name' && args.name === 'CrRendererMain').map(threadOf));
    const tasks = traceEvents.filter((event) => event.ph === 'X' && threads.has(threadOf(event)) &&
      event.name.endsWith('RunTask') && event.tdur !== undefined);
    if (tasks.length === 0)
      throw new Error('no task was seen');
    return Math.round(tasks.reduce((longest, { tdur }) => Math.max(longest, tdur), 0) / 1_000);
  };
}

// Keeps a picture where HUBBUB_ARTIFACTS says, else in a folder of its own.
export async function keepPicture(page, name) {
  if (artefacts === null) {
    artefacts = process.env.HUBBUB_ARTIFACTS || await mkdtemp(path.join(tmpdir(), 'hubbub-pictures-'));
    note(`pictures are in ${artefacts}`);
  }
  await page.screenshot({ path: path.join(artefacts, `${name}.png`) });
}
