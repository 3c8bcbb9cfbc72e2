// SPDX-License-Identifier: LGPL-2.1-or-later
//
// The bar above the messages that searches in them and goes to a date, and the
// results, which are shown in place of the table.

import { NoArchive } from './archive.js';
import { isComposing } from './composer.js';
import { Dates } from './dates.js';
import { excerpt, splitHits } from './excerpt.js';
import { dayWords } from './lines.js';
import { make } from './make.js';
import { hueOf } from './row.js';
import { Search } from './search.js';
import { say, sayCount } from './words.js';

const delayMs = 250;
const nearPx = 300;
const lastMs = 253_402_300_799_999;

// More are not shown: who searches for less finds it sooner.
export const resultLimit = 1_000;

const clock = new Dates({ hour: '2-digit', minute: '2-digit' });

// What is said of the results. Pure.
export function foundWords({ state, query, results, hasMore, isLocal }) {
  if (state === 'idle')
    return '';
  if (state === 'failed')
    return say('The host does not answer.');
  if (state === 'long')
    return say('That is more than can be searched for.');
  if (results.length === 0 && (state === 'asking' || hasMore))
    return say('Searching…');
  const where = isLocal ? `. ${say('This host has no search: only what is held here was searched.')}` : '';
  if (results.length === 0)
    return say('No results for “{query}”', { query }) + where;
  if (hasMore)
    return sayCount(results.length, 'The newest result', 'The newest {n} results');
  return sayCount(results.length, '{n} result', '{n} results') + where;
}

// The beginning of a day as a date field has it, in milliseconds, within what the host knows: from 1970 to the end of
// the year 9999. NaN for none. Pure.
export function dayStart(value) {
  const parts = /^(\d{4,6})-(\d\d)-(\d\d)$/.exec(value);
  if (parts === null)
    return NaN;
  const timeMs = new Date(Number(parts[1]), Number(parts[2]) - 1, Number(parts[3])).getTime();
  return Math.min(Math.max(timeMs, 0), lastMs);
}

function appendPieces(parent, pieces) {
  for (const { text, isHit } of pieces)
    parent.append(isHit ? make('mark', '', text) : text);
}

export class SearchView {
  #form;
  #button;
  #text;
  #where;
  #day;
  #dayButton;
  #date;
  #found;
  #results;
  #list;
  #search;
  #filterOf;
  #labelOf;
  #firstSince;
  #onJump;
  #onCover;
  #timer = 0;
  #focused = null;
  #shown = [];
  #dayTurn = 0;

  /*
   * `filterOf` returns the filter of this room, or of all when it is called with true;
   * `labelOf` a room's name of its topic; `firstSince` the first message of this room
   * since a time, or null. `onJump` is called with one of them that is to be shown, and
   * `onCover` with whether the results cover the table. `search` is as for Search.
   */
  constructor({ output, button, search, filterOf, labelOf, firstSince, onJump, onCover }) {
    this.#button = button;
    this.#form = output.querySelector('#search');
    this.#text = output.querySelector('#search-text');
    this.#where = output.querySelector('#search-where');
    this.#day = output.querySelector('#day');
    this.#dayButton = output.querySelector('#search-day');
    this.#date = output.querySelector('#day-date');
    this.#found = output.querySelector('#found');
    this.#results = output.querySelector('#results');
    this.#list = this.#results.querySelector('ul');
    this.#filterOf = filterOf;
    this.#labelOf = labelOf;
    this.#firstSince = firstSince;
    this.#onJump = onJump;
    this.#onCover = onCover;
    this.#search = new Search({ ...search, onChange: () => this.#draw() });
    this.#listen(output);
  }

  get isOpen() {
    return !this.#form.hidden;
  }

  open() {
    if (!this.isOpen)
      this.#focused = document.activeElement;
    this.#form.hidden = false;
    this.#button.setAttribute('aria-expanded', 'true');
    this.#text.focus();
    this.#text.select();
    this.#start();
  }

  close() {
    if (!this.isOpen)
      return;
    clearTimeout(this.#timer);
    this.#form.hidden = true;
    this.#button.setAttribute('aria-expanded', 'false');
    this.#search.start('', '');
    (this.#focused?.isConnected ? this.#focused : this.#button).focus({ preventScroll: true });
    this.#focused = null;
  }

  // Another room is shown.
  noticeRoom() {
    this.#dayTurn += 1;
    if (this.isOpen && this.#where.value === 'room')
      this.#start();
  }

  #listen(output) {
    this.#button.setAttribute('aria-expanded', 'false');
    this.#button.addEventListener('click', () => (this.isOpen ? this.close() : this.open()));
    output.querySelector('#search-close').addEventListener('click', () => this.close());
    // The second time it is the browser's own.
    addEventListener('keydown', (event) => {
      const isFind = (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && event.key.toLowerCase() === 'f';
      if (!isFind || document.activeElement === this.#text)
        return;
      event.preventDefault();
      this.open();
    });
    this.#text.addEventListener('input', () => {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.#start(), delayMs);
    });
    this.#where.addEventListener('change', () => this.#start());
    this.#form.addEventListener('submit', (event) => {
      event.preventDefault();
      if (document.activeElement === this.#text)
        this.#enter();
      else
        this.#goToDate();
    });
    this.#dayButton.addEventListener('click', () => this.#toggleDay());
    for (const part of [this.#form, this.#results])
      part.addEventListener('keydown', (event) => this.#press(event));
    this.#results.addEventListener('scroll', () => this.#askForMore(), { passive: true });
    this.#list.addEventListener('click', ({ target }) => {
      const at = Array.from(this.#list.children).indexOf(target.closest('li'));
      if (at >= 0)
        this.#jump(this.#shown[at]);
    });
  }

  #start() {
    clearTimeout(this.#timer);
    this.#timer = 0;
    this.#shown = [];
    this.#list.replaceChildren();
    this.#results.scrollTop = 0;
    this.#search.start(this.#text.value, this.#filterOf(this.#where.value === 'all'));
  }

  // Searches for what is there at once, or else takes the first that was found.
  #enter() {
    if (this.#timer !== 0)
      this.#start();
    else if (this.#shown.length > 0)
      this.#jump(this.#shown[0]);
  }

  #press(event) {
    if (isComposing(event))
      return;
    if (event.key === 'Escape') {
      event.preventDefault();
      this.close();
      return;
    }
    const isDown = event.key === 'ArrowDown';
    if ((!isDown && event.key !== 'ArrowUp') || event.target === this.#date || event.target === this.#where)
      return;
    const buttons = Array.from(this.#list.querySelectorAll('button'));
    const at = buttons.indexOf(document.activeElement) + (isDown ? 1 : -1);
    const next = at < 0 ? this.#text : buttons[at];
    if (next === undefined)
      return;
    event.preventDefault();
    next.focus();
  }

  #draw() {
    const { state, query, results } = this.#search;
    const isShown = this.isOpen && state !== 'idle';
    if (this.#results.hidden === isShown) {
      this.#results.hidden = !isShown;
      this.#onCover(isShown);
    }
    const isAll = this.#where.value === 'all';
    for (const item of results.slice(this.#shown.length, resultLimit)) {
      this.#shown.push(item);
      this.#list.append(this.#makeResult(item, query, isAll));
    }
    this.#say(foundWords(this.#search));
    this.#askForMore();
  }

  #makeResult(item, query, isAll) {
    const button = make('button', 'result');
    button.type = 'button';
    const head = make('span', 'head');
    if (isAll) {
      const room = make('bdi', 'room', this.#labelOf(item.topic));
      head.append(room, ' ');
    }
    const name = make('bdi', 'who');
    if (item.isOwn) {
      name.textContent = say('You');
    } else if (item.name !== '') {
      name.classList.add(`hue-${hueOf(item.name)}`);
      appendPieces(name, splitHits(item.name.slice(0, 100), query));
    }
    const time = make('time', '', dayWords(item.timeMs, Date.now()) + say(', ') + clock.format(item.timeMs));
    time.dateTime = new Date(item.timeMs).toISOString();
    head.append(name, ' ', time);
    const text = make('span', 'text');
    text.dir = 'auto';
    appendPieces(text, excerpt(item.text, query));
    button.append(head, ' ', text);
    const element = make('li');
    element.append(button);
    return element;
  }

  #askForMore() {
    const { scrollHeight, scrollTop, clientHeight } = this.#results;
    if (!this.#results.hidden && this.#shown.length < resultLimit && scrollHeight - scrollTop - clientHeight < nearPx)
      this.#search.more();
  }

  #jump(item) {
    this.#focused = null;
    this.close();
    this.#onJump(item);
  }

  #toggleDay() {
    this.#day.hidden = !this.#day.hidden;
    this.#dayButton.setAttribute('aria-expanded', String(!this.#day.hidden));
    if (this.#day.hidden)
      return;
    this.#date.focus();
    try {
      this.#date.showPicker?.();
    } catch {
      // A browser that does not want to: the field is there.
    }
  }

  async #goToDate() {
    const sinceMs = dayStart(this.#date.value);
    if (Number.isNaN(sinceMs)) {
      this.#say(say('Choose a day first.'));
      return;
    }
    this.#say(say('Searching…'));
    this.#dayTurn += 1;
    const turn = this.#dayTurn;
    try {
      const first = await this.#firstSince(sinceMs);
      if (turn !== this.#dayTurn)
        return;
      if (first === null)
        this.#say(say('Nothing was said on that day or later.'));
      else if (this.isOpen)
        this.#jump(first);
    } catch (error) {
      if (turn === this.#dayTurn)
        this.#say(error instanceof NoArchive ? say('This host cannot go to a date.') : say('The host does not answer.'));
    }
  }

  #say(words) {
    if (this.#found.textContent !== words)
      this.#found.textContent = words;
  }
}
