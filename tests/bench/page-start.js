// SPDX-License-Identifier: LGPL-2.1-or-later
//
// How long the page takes from being navigated to until it is connected, in a browser that has never seen it but has come to
// rest itself, and what is transferred for that. Run by tests/bench/run.

import { setTimeout as delay } from 'node:timers/promises';

import { startBroker } from '../e2e/support/broker.js';
import { eventually, run, test } from '../e2e/support/check.js';
import { subscribe } from '../e2e/support/mosquitto.js';
import { startUnwatchedBrowser } from '../e2e/support/unwatched-browser.js';

// A browser that has just started prepares pages of its own, in the processor that the page wants.
const restMs = 200;
const restCpuShare = 0.05;
const restDeadlineMs = 60_000;

// The processor's time that all processes of the browser have had, in seconds.
async function cpuSeconds(session) {
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  return processInfo.reduce((sum, { cpuTime }) => sum + cpuTime, 0);
}

async function untilAtRest(view) {
  const session = await view.newBrowserCDPSession();
  await eventually('the browser is at rest', async () => {
    const before = await cpuSeconds(session);
    await delay(restMs);
    const share = (await cpuSeconds(session) - before) / (restMs / 1_000);
    return share <= restCpuShare || Promise.reject(new Error(`it takes ${Math.round(share * 100)} % of a processor`));
  }, { timeoutMs: restDeadlineMs });
}

// By the page's own clock, which begins with the navigation.
function readFigures() {
  const loads = ['navigation', 'resource'].flatMap((type) => performance.getEntriesByType(type));
  return {
    connected_ms: performance.getEntriesByName('connected').at(0)?.startTime,
    transferred_bytes: loads.reduce((sum, { transferSize }) => sum + transferSize, 0),
  };
}

test('the page starts', async (t) => {
  const broker = await startBroker(t);
  const arrivals = await subscribe(t, broker, ['-t', 'hubbub/presence/+']);
  const browser = await startUnwatchedBrowser(t);
  const before = await browser.attach();
  await untilAtRest(before);
  await before.close();

  browser.open(broker.url);
  await eventually('the page tells that it is there', () => arrivals.heard.length > 0);

  const after = await browser.attach();
  t.after(() => after.close());
  const page = after.contexts()[0].pages().find((one) => one.url() === broker.url);
  const figures = await eventually('the page is loaded', async () => {
    const now = await page.evaluate(readFigures);
    return now.connected_ms !== undefined && now;
  });
  console.log(`# FIGURES ${JSON.stringify(figures)}`);
});

await run();
