// SPDX-License-Identifier: LGPL-2.1-or-later
//
// The page strangers/post.html in Chromium: opened from a web server of its
// own on the loopback, as those in editors are, or as a file.

import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import http from 'node:http';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

import { openContext } from './browser.js';
import { eventually } from './check.js';

const top = fileURLToPath(new URL('..', import.meta.url));
const types = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript' };

// Serves the page on a port of its own, and returns that.
export async function servePost(t) {
  const server = http.createServer(async (request, response) => {
    try {
      const file = path.join(top, path.normalize(new URL(request.url, 'http://host').pathname));
      const body = await readFile(file);
      response.setHeader('Content-Type', types[path.extname(file)] ?? 'application/octet-stream');
      response.end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  return server.address().port;
}

class PostPage {
  errors = [];

  constructor(page) {
    this.page = page;
    page.on('pageerror', (error) => this.errors.push(error.message));
  }

  async untilBadge(word, options) {
    await eventually(`the post's page says ${word}`, async () => {
      const now = await this.page.locator('#badge').evaluate((output) => output.value);
      return now === word || Promise.reject(new Error(`it says ${now}`));
    }, options);
  }

  // What the browser says when it asks others.
  origin() {
    return this.page.evaluate(() => window.origin);
  }

  // Its table: an array of name and message for each row.
  rows() {
    return this.page.locator('#table').evaluate((body) =>
      Array.from(body.rows, ({ cells }) => Array.from(cells, ({ innerText }) => innerText)));
  }

  async untilRow(name, message) {
    await eventually(`the post's page shows '${name}: ${message.slice(0, 80)}'`, async () => {
      const all = await this.rows();
      return all.some((row) => row[0] === name && row[1] === message) ||
        Promise.reject(new Error(`it shows ${JSON.stringify(all).slice(0, 400)}, ${this.errors}`));
    });
  }

  async say(name, message) {
    await this.page.getByLabel('First Name').fill(name);
    await this.page.getByLabel('Message').fill(message);
    await this.page.getByRole('button', { name: 'Publish Message' }).click();
  }
}

// Opens the page in a browser of its own: from `host`, or as a file where that is null.
export async function openPost(t, broker, { host = '127.0.0.1', port } = {}) {
  const page = await (await openContext(t)).newPage();
  const post = new PostPage(page);
  const place = host === null ? pathToFileURL(top).href : `http://${host}:${port ?? await servePost(t)}/`;
  await page.goto(`${place}strangers/post.html#mqtt://127.0.0.1:${broker.httpPort}`);
  return post;
}
