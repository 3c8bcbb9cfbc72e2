// SPDX-License-Identifier: LGPL-2.1-or-later
//
// The state of the connection in plain words.

import { say, sayCount, toSay } from './words.js';

const reasons = {
  lost: toSay('The connection to the host was lost. Trying again…'),
  silent: toSay('The host is not answering. Trying again…'),
  ended: toSay('The host has stopped this chat. It goes on when somebody hosts it again.'),
  gone: toSay('The host has gone without a word. Trying again…'),
  device: toSay('This device has no network. Trying again…'),
  refused: toSay('The host does not let this page in. Trying again…'),
  'wrong-key': toSay('The host does not know this password.'),
  'sent-away': toSay('The host has sent you away.'),
  unreadable: toSay('The host does not let this page read the chat. Trying again…'),
};

function waitingWords(count) {
  if (count === 0)
    return '';
  return ` ${sayCount(count, '{n} message is waiting.', '{n} messages are waiting.')}`;
}

// What the line under the heading says; nothing while all is well.
export function statusWords({ state, reason, host, waiting, isLesser = false }) {
  if (state === 'connected')
    return isLesser ? say('The host does not let this page read rooms: only Everyone works.') : '';
  const words = reason === '' ? say('Connecting to {host}…', { host }) : say(reasons[reason]);
  return words + waitingWords(waiting);
}
