// SPDX-License-Identifier: LGPL-2.1-or-later
//
// How long the page takes from being navigated to until it is connected, in a browser that has never seen it but has come to
// rest itself, and what is transferred for that. Run by tests/bench/run.

import { setTimeout as delay } from 'node:timers/promises';

import { startBroker } from '../e2e/support/broker.js';
import { openContext, untilBadge } from '../e2e/support/browser.js';
import { eventually, run, test } from '../e2e/support/check.js';

// A browser that has just started prepares pages of its own, in the processor that the page wants.
const restMs = 200;
const restCpuShare = 0.05;
const restDeadlineMs = 60_000;

// The processor's time that all processes of the browser have had, in seconds.
async function cpuSeconds(session) {
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  return processInfo.reduce((sum, { cpuTime }) => sum + cpuTime, 0);
}

async function untilAtRest(t, browser) {
  const session = await browser.newBrowserCDPSession();
  t.after(() => session.detach());
  await eventually('the browser is at rest', async () => {
    const before = await cpuSeconds(session);
    await delay(restMs);
    const share = (await cpuSeconds(session) - before) / (restMs / 1_000);
    return share <= restCpuShare || Promise.reject(new Error(`it takes ${Math.round(share * 100)} % of a processor`));
  }, { timeoutMs: restDeadlineMs });
}

// Kept by the page's own clock, which begins with the navigation.
function noteConnected() {
  const observer = new MutationObserver(() => {
    if (document.querySelector('#connect-badge')?.textContent !== 'connected')
      return;
    window.connectedMs = performance.now();
    observer.disconnect();
  });
  observer.observe(document, { subtree: true, childList: true, characterData: true });
}

test('the page starts', async (t) => {
  const broker = await startBroker(t);
  const context = await openContext(t);
  const page = await context.newPage();
  const session = await context.newCDPSession(page);
  let transferredBytes = 0;
  await session.send('Network.enable');
  session.on('Network.loadingFinished', ({ encodedDataLength }) => { transferredBytes += encodedDataLength; });
  await page.addInitScript(noteConnected);
  await untilAtRest(t, context.browser());
  await page.goto(broker.url);
  await untilBadge(page, 'connected');
  const connectedMs = await page.evaluate(() => window.connectedMs);
  console.log(`# FIGURES ${JSON.stringify({ connected_ms: connectedMs, transferred_bytes: transferredBytes })}`);
});

await run();
