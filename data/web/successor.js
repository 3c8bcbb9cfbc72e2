// SPDX-License-Identifier: LGPL-2.1-or-later
//
// When the host is gone: goes to the one that it has named, or says where the
// others are of whom one may host now.
//
// The page may not ask another computer whether it is there: its own content
// security policy forbids it, as it should. So the one that is named gets a moment
// to be there first. Whoever finds nobody comes back by the browser's Back, and
// is not sent away again.

import { isForOthers, nearest } from './endpoint.js';
import { parseHost } from './host-word.js';
import { make } from './make.js';
import { personName } from './people-words.js';
import { say } from './words.js';

// A host that names somebody leaves at once.
const wordCountsMs = 10_000;

// Until the successor is there; and a room full of pages does not come in the same instant.
const graceMs = 1_500;
const spreadMs = 2_000;

export const desktopLimit = 8;

// Where the host itself is, as /api/info says. Pure.
export function hostEndpoints(info) {
  const addresses = Array.isArray(info?.addresses) ? info.addresses : [];
  return addresses.map((address) => (`${address}`.includes(':') ? `[${address}]` : address))
    .map((address) => `${address}:${info?.ports?.http}`).filter(isForOthers);
}

// { name, endpoint } of the people who may host in place of one at the endpoints `former`, for a page at `hostname`. Pure.
export function listDesktops(people, hostname, former) {
  return people
    .filter(({ isOwn, kind, http }) => !isOwn && kind === 'desktop' && !http.some((one) => former.includes(one)))
    .map(({ name, http }) => ({ name: personName(name), endpoint: nearest(http.filter(isForOthers), hostname) }))
    .filter(({ endpoint }) => endpoint !== null)
    .slice(0, desktopLimit);
}

export class Successor {
  #connection;
  #element;
  #fragmentOf;
  #hasUnsent;
  #go;
  #word = null;
  #wordMs = 0;
  #people = [];
  #former = [];
  #timer = 0;

  /*
   * `fragmentOf` returns what stands behind the # of the next address; it is told whether the password may go along.
   * `hasUnsent` says whether something would stay behind.
   */
  constructor({ connection, element, fragmentOf, hasUnsent, go = (url) => location.assign(url) }) {
    this.#connection = connection;
    this.#element = element;
    this.#fragmentOf = fragmentOf;
    this.#hasUnsent = hasUnsent;
    this.#go = go;
    addEventListener('pageshow', () => clearTimeout(this.#timer));
  }

  // What the host says.
  receive(bytes, isRetained) {
    if (isRetained)
      return;
    this.#word = parseHost(bytes);
    this.#wordMs = performance.now();
  }

  // Who is here, as long as that is known.
  setPeople(people) {
    if (this.#connection.isConnected)
      this.#people = people;
  }

  noticeState() {
    if (this.#connection.isConnected) {
      clearTimeout(this.#timer);
      this.#word = null;
      this.#element.hidden = true;
      this.#learnHost();
      return;
    }
    if (!['ended', 'gone'].includes(this.#connection.reason) || !this.#element.hidden)
      return;
    const isNamed = this.#word !== null && performance.now() - this.#wordMs < wordCountsMs;
    if (isNamed)
      this.#follow(nearest(this.#word.next, location.hostname));
    else
      this.#listDesktops();
  }

  // Its own desktop is among the people, and of no use when it is gone.
  async #learnHost() {
    try {
      const response = await fetch('/api/info', { cache: 'no-store' });
      this.#former = [location.host, ...hostEndpoints(await response.json())];
    } catch {
      this.#former = [location.host];
    }
  }

  #listDesktops() {
    const desktops = listDesktops(this.#people, location.hostname, this.#former);
    if (desktops.length > 0)
      this.#show(say('Who hosts now?'), say('Somebody at one of these computers may go on with the chat:'), desktops, false);
  }

  #follow(endpoint) {
    const stays = this.#hasUnsent();
    this.#show(say('Another computer goes on with this chat'),
      stays ? say('What you have written and is not sent yet stays here.') : say('You are taken there in a moment.'),
      [{ name: '', endpoint }], true);
    if (!stays)
      this.#timer = setTimeout(() => this.#leaveFor(endpoint), graceMs + Math.random() * spreadMs);
  }

  // Something may have been written meanwhile.
  #leaveFor(endpoint) {
    if (this.#hasUnsent())
      this.#follow(endpoint);
    else
      this.#go(this.#urlOf(endpoint, true));
  }

  #urlOf(endpoint, isTrusted) {
    return `http://${endpoint}/${this.#fragmentOf(isTrusted)}`;
  }

  // The addresses are made when they are followed: name and room may be others by then.
  #show(title, words, places, isTrusted) {
    const [heading, text, list] = this.#element.children;
    heading.textContent = title;
    text.textContent = words;
    list.replaceChildren(...places.map(({ name, endpoint }) => {
      const item = make('li');
      const link = make('a', '', endpoint);
      link.dir = 'ltr';
      link.rel = 'noreferrer';
      link.href = this.#urlOf(endpoint, false);
      link.addEventListener('click', () => { link.href = this.#urlOf(endpoint, isTrusted); });
      if (name !== '')
        item.append(make('bdi', '', name), ' ');
      item.append(link);
      return item;
    }));
    this.#element.hidden = false;
  }
}
