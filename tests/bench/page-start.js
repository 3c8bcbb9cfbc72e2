// SPDX-License-Identifier: LGPL-2.1-or-later
//
// How long the page takes from being navigated to until it is connected, in a browser that has never seen it, and what is
// transferred for that. Run by tests/bench/run.

import { startBroker } from '../e2e/support/broker.js';
import { openContext, untilBadge } from '../e2e/support/browser.js';
import { run, test } from '../e2e/support/check.js';

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
  await page.goto(broker.url);
  await untilBadge(page, 'connected');
  const connectedMs = await page.evaluate(() => window.connectedMs);
  console.log(`# FIGURES ${JSON.stringify({ connected_ms: connectedMs, transferred_bytes: transferredBytes })}`);
});

await run();
