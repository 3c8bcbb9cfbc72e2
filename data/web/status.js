// SPDX-License-Identifier: LGPL-2.1-or-later
//
// The state of the connection in plain words.

const reasons = {
  lost: 'The connection to the host was lost. Trying again…',
  silent: 'The host is not answering. Trying again…',
  device: 'This device has no network. Trying again…',
  refused: 'The host does not let this page in. Trying again…',
  'wrong-key': 'The host does not know this password.',
  'sent-away': 'The host has sent you away.',
  unreadable: 'The host does not let this page read the chat. Trying again…',
};

function waitingWords(count) {
  if (count === 0)
    return '';
  return count === 1 ? ' 1 message is waiting.' : ` ${count} messages are waiting.`;
}

// What the line under the heading says; nothing while all is well.
export function statusWords({ state, reason, host, waiting, isLesser = false }) {
  if (state === 'connected')
    return isLesser ? 'The host does not let this page read rooms: only Everyone works.' : '';
  const words = reason === '' ? `Connecting to ${host}…` : reasons[reason];
  return words + waitingWords(waiting);
}
