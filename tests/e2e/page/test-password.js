// SPDX-License-Identifier: LGPL-2.1-or-later
//
// A chat with a password: the page asks, keeps it for the tab, and shows it to
// nobody; by a link or a code nobody has to type.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

import { programName, startBroker } from '../support/broker.js';
import { keepPicture, openPage, say, untilBadge, untilRow } from '../support/browser.js';
import { eventually, run, test } from '../support/check.js';

const password = 'tavo kémi&#+';

async function startLockedBroker(t) {
  const folder = await mkdtemp(path.join(tmpdir(), 'hubbub-test-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const file = path.join(folder, 'users');
  await promisify(execFile)(programName(), ['passwd', '-b', '-c', file, 'hubbub', password]);
  return startBroker(t, { lines: [`password_file ${file}`] });
}

const field = (page) => page.getByRole('textbox', { name: 'Password', exact: true });

async function type(page, text) {
  await field(page).fill(text);
  await page.getByRole('button', { name: 'Join', exact: true }).click();
}

test('the page asks, says what was wrong, and remembers it for the tab', async (t) => {
  const broker = await startLockedBroker(t);
  const page = await openPage(t, broker);
  await page.getByRole('heading', { name: 'This chat has a password' }).waitFor();
  assert.equal(await field(page).getAttribute('type'), 'password');
  await page.getByRole('switch', { name: 'Show the password' }).check();
  assert.equal(await field(page).getAttribute('type'), 'text');
  await type(page, 'wrong');
  await page.getByText('That was not the password.').waitFor();
  await keepPicture(page, 'page-password');
  await type(page, password);
  await untilBadge(page, 'connected');
  await field(page).waitFor({ state: 'hidden' });
  await say(page, 'Ada', 'let in');
  await untilRow(page, { text: 'let in', state: 'sent' });

  // The history of the other page comes over HTTP.
  await page.reload();
  await untilBadge(page, 'connected');
  await untilRow(page, { text: 'let in' });
  assert.equal(await field(page).isVisible(), false);
});

test('a link lets in without typing, and the password is gone from the address bar', async (t) => {
  const broker = await startLockedBroker(t);
  const hash = `#${new URLSearchParams({ room: 'Küche', key: password })}`;
  const page = await openPage(t, broker, { hash });
  await untilBadge(page, 'connected');
  assert.equal(new URL(page.url()).hash, `#${new URLSearchParams({ room: 'Küche' })}`);
  assert.equal(await page.evaluate(() => history.length), 2);
  await page.getByRole('heading', { name: 'Küche', level: 1 }).waitFor();
});

test('a link with a wrong password: the page asks', async (t) => {
  const broker = await startLockedBroker(t);
  const page = await openPage(t, broker, { hash: '#key=old' });
  await page.getByText('That was not the password.').waitFor();
  await eventually('the address has no password', async () => !page.url().includes('old'));
  await type(page, password);
  await untilBadge(page, 'connected');
});

await run();
