// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Chromium as people have it, with nobody looking on: for developer tools, which Playwright attaches to each page, it keeps
// a stack for each timer and each socket, and parses the scripts once more for that. What it has noted by itself is asked
// for afterwards.

import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import http from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { chromium } from 'playwright-core';

import { flags } from './browser.js';
import { eventually } from './check.js';
import { Program } from './program.js';

// A tab that goes where it is told to, by an answer that it waits for.
const lobby = `<!doctype html><title>Lobby</title><script>
  fetch('/next').then(async (answer) => location.replace(await answer.text()));
</script>`;

class UnwatchedBrowser {
  #address;
  #waiting;

  constructor(address, waiting) {
    this.#address = address;
    this.#waiting = waiting;
  }

  // The tab navigates to `url`; nothing of that is waited for.
  open(url) {
    this.#waiting.end(url);
  }

  // Playwright's view of it; closing that leaves the browser as it is.
  attach() {
    return chromium.connectOverCDP(this.#address);
  }
}

// With a profile of its own, and a tab that waits.
export async function startUnwatchedBrowser(t) {
  let waiting = null;
  const server = http.createServer((request, response) => {
    if (request.url === '/next')
      waiting = response;
    else
      response.setHeader('Content-Type', 'text/html').end(lobby);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  t.after(() => server.close());

  const profile = await mkdtemp(path.join(tmpdir(), 'hubbub-unwatched-'));
  t.after(() => rm(profile, { recursive: true, force: true, maxRetries: 10 }));
  const program = new Program(t, process.env.CHROMIUM || '/usr/bin/chromium', [...flags, '--headless',
    '--window-size=1100,720', '--remote-debugging-port=0', `--user-data-dir=${profile}`,
    `http://127.0.0.1:${server.address().port}/`]);
  const [, host] = await eventually('the browser listens',
    () => /^DevTools listening on ws:\/\/([^/]+)\//m.exec(program.errors));
  await eventually('the tab waits', () => waiting);
  return new UnwatchedBrowser(`http://${host}`, waiting);
}
