// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Puts the page together.

import { Archive } from './archive.js';
import { Chat } from './chat.js';
import { Composer } from './composer.js';
import { Connection } from './connection.js';
import { History } from './history.js';
import { newClientId, stableFrom } from './ids.js';
import { Keep } from './keep.js';
import { Log } from './log.js';
import { Outbox } from './outbox.js';
import { Past } from './past.js';
import { statusWords } from './status.js';
import { Unread } from './unread.js';

const topic = 'messages';
const lasting = new Keep(() => window.localStorage);
const passing = new Keep(() => window.sessionStorage);

const badge = document.getElementById('connect-badge');
const status = document.getElementById('status');

const outbox = new Outbox(passing);
const unread = new Unread();

const log = new Log({
  scroller: document.getElementById('log'),
  body: document.getElementById('messages'),
  empty: document.getElementById('empty'),
  newer: document.getElementById('newer'),
  onRetry: (id) => chat.retry(id),
  onOlder: () => past.ask(history.older()),
  onNewer: () => past.ask(history.newer()),
  onNewest: () => past.ask(history.newest()),
  onCutTop: (seq) => history.cutTop(seq),
  onCutEnd: (seq) => {
    const last = history.cutEnd(seq);
    log.setDetached(history.hasNewer);
    return last;
  },
});

const history = new History();
const past = new Past({
  archive: new Archive({ url: '/api/messages', topic }),
  history,
  onAnswer: (...answer) => chat.takePast(...answer),
  onSettled: () => log.settle(),
});

const connection = new Connection({
  mqtt: window.mqtt,
  url: `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/mqtt`,
  clientId: newClientId(),
  topic,
  onState: () => {
    chat.noticeState();
    showState();
  },
  onMessage: (...message) => chat.receive(...message),
});

const chat = new Chat({
  topic,
  connection,
  outbox,
  log,
  history,
  past,
  from: stableFrom(lasting),
  onUnread: () => unread.add(),
});

new Composer({
  form: document.getElementById('input'),
  lasting,
  passing,
  onPublish: (name, text) => {
    const problem = chat.publish(name, text);
    showState();
    return problem;
  },
  onResize: () => log.keepEnd(),
});

function showState() {
  const { state, reason } = connection;
  badge.className = `badge ${state}`;
  // What has not changed is not written again: it would be read again.
  if (badge.textContent !== state)
    badge.textContent = state;
  const words = statusWords({ state, reason, host: location.host, waiting: outbox.size });
  if (status.textContent !== words)
    status.textContent = words;
}

// What the browser tells of the network and of the page coming back. A frozen
// page (a phone in the pocket) hears nothing until it is shown again.
function wakeIfVisible() {
  if (document.visibilityState === 'visible')
    connection.wake();
}
document.addEventListener('visibilitychange', wakeIfVisible);
document.addEventListener('resume', wakeIfVisible);
addEventListener('pageshow', (event) => {
  if (event.persisted)
    connection.wake();
});
addEventListener('online', () => connection.wake());
addEventListener('offline', () => connection.cut());

addEventListener('beforeunload', (event) => {
  if (outbox.wouldLose)
    event.preventDefault();
});

// Where a keyboard on the screen covers the page instead of shrinking it.
const { visualViewport } = window;
visualViewport?.addEventListener('resize', () => {
  const isPinched = visualViewport.scale > 1.01;
  document.documentElement.style.setProperty(
    '--page-height', isPinched ? '' : `${visualViewport.height}px`);
});

if (window.mqtt === undefined) {
  // The host went while it served the page.
  badge.textContent = 'offline';
  badge.className = 'badge offline';
  status.textContent = 'The page has come only in part. Please reload it.';
} else {
  showState();
  connection.start();
}
