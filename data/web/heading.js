// SPDX-License-Identifier: LGPL-2.1-or-later
//
// The heading and the tab: which room is shown, what is unread, and whether
// there is a connection. What has not changed is not written again: it would be
// read again.

import { statusWords } from './status.js';
import { titleWords } from './title.js';
import { say, toSay } from './words.js';

const states = { connecting: toSay('connecting'), connected: toSay('connected'), offline: toSay('offline') };

function write(element, words) {
  if (element.textContent !== words)
    element.textContent = words;
}

export class Heading {
  #title = document.querySelector('h1');
  #badge = document.getElementById('connect-badge');
  #status = document.getElementById('status');
  #icon;

  constructor(icon) {
    this.#icon = icon;
  }

  showTitle(title, unread, hasDot) {
    write(this.#title, title);
    this.#title.title = title;
    const words = titleWords(title, unread);
    if (document.title !== words)
      document.title = words;
    this.#icon.show(hasDot);
  }

  showState({ state, reason, isLesser }, waiting) {
    if (state === 'connected' && !this.#badge.classList.contains(state))
      performance.mark(state);
    this.#badge.className = `badge ${state}`;
    write(this.#badge, say(states[state]));
    write(this.#status, statusWords({ state, reason, host: location.host, waiting, isLesser }));
  }

  // The host went while it served the page.
  showPart() {
    this.showState({ state: 'offline', reason: 'silent' }, 0);
    write(this.#status, say('The page has come only in part. Please reload it.'));
  }
}
