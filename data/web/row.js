// SPDX-License-Identifier: LGPL-2.1-or-later
//
// One message as a row of the table. What came over the network gets into the
// page as text nodes only.

import { Dates } from './dates.js';
import { splitLinks } from './links.js';
import { make } from './make.js';
import { mentions } from './mentions.js';
import { say, toSay } from './words.js';

const foldChars = 1_600;
const foldLines = 14;
const shownChars = 1_000;
const shownLines = 10;
const shownNameChars = 30;
const nameChars = 300;
const hues = 10;
const litMs = 2_000;

// People write more than once: their hues are kept.
const encoder = new TextEncoder();
const knownHues = new Map();
const hueLimit = 500;

const marks = { waiting: toSay('waiting'), sent: toSay('sent'), failed: toSay('not sent') };

const shortTime = new Dates({ hour: '2-digit', minute: '2-digit' });
const fullTime = new Dates({ dateStyle: 'full', timeStyle: 'medium' });

// The same name has the same colour everywhere (FNV-1a of its UTF-8).
export function hueOf(name) {
  const known = knownHues.get(name);
  if (known !== undefined)
    return known;
  let hash = 0x811c9dc5;
  for (const byte of encoder.encode(name))
    hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  if (knownHues.size >= hueLimit)
    knownHues.clear();
  knownHues.set(name, hash % hues);
  return hash % hues;
}

// Where a long text is cut: at a line's end or a space if there is one near,
// never inside a character. Returns the text's length if it is short enough.
export function foldAt(text) {
  let lines = 1;
  let lineEnd = text.length;
  for (let at = text.indexOf('\n'); at >= 0 && lines <= foldLines; at = text.indexOf('\n', at + 1)) {
    if (lines === shownLines)
      lineEnd = at;
    lines += 1;
  }
  if (text.length <= foldChars && lines <= foldLines)
    return text.length;

  let end = Math.min(lineEnd, shownChars, text.length);
  if (end < lineEnd) {
    const space = text.slice(0, end).search(/\s\S*$/);
    if (space > end - 100)
      end = space;
    else if (/[\ud800-\udbff]/.test(text[end - 1]))
      end -= 1;
  }
  return end;
}

function appendText(parent, text) {
  for (const piece of splitLinks(text)) {
    if (!piece.isLink) {
      parent.append(piece.text);
      continue;
    }
    const link = make('a', '', piece.text);
    link.href = piece.text;
    link.target = '_blank';
    link.rel = 'noopener noreferrer';
    parent.append(link);
  }
}

function makeFoldButton(rest) {
  const button = make('button', 'fold', say('Show all'));
  button.type = 'button';
  button.setAttribute('aria-expanded', 'false');
  button.addEventListener('click', () => {
    rest.hidden = !rest.hidden;
    button.setAttribute('aria-expanded', String(!rest.hidden));
    button.textContent = rest.hidden ? say('Show all') : say('Show less');
  });
  return button;
}

function makeMessageCell(text) {
  const cell = make('td', 'message');
  cell.setAttribute('role', 'cell');
  const body = make('div', 'text');
  body.dir = 'auto';
  const cut = foldAt(text);
  appendText(body, text.slice(0, cut));
  cell.append(body);
  if (cut < text.length) {
    const rest = make('span');
    rest.hidden = true;
    appendText(rest, text.slice(cut));
    body.append(rest);
    cell.append(makeFoldButton(rest));
  }
  return cell;
}

// The own name is known. One that cannot be seen has a stand-in: else the
// message would seem to belong to the person above, whose name is not repeated.
function makeNameLabel({ kind, name, isOwn }) {
  if (isOwn)
    return make('bdi', '', say('You'));
  const shown = Array.from(name.slice(0, nameChars)).slice(0, shownNameChars).join('');
  if (kind === 'chat' && !/[^\s\p{C}]/u.test(shown))
    return make('bdi', 'no-name', say('No name'));
  return null;
}

// A long name is cut for the eye, and whole, within reason, for the ear.
function makeNameCell(item) {
  const cell = make('td', 'name');
  cell.setAttribute('role', 'cell');
  const known = makeNameLabel(item);
  if (known !== null) {
    cell.append(known);
    return cell;
  }

  const { name } = item;
  const points = Array.from(name.slice(0, nameChars));
  const label = make('bdi', '', points.slice(0, shownNameChars).join(''));
  if (points.length > shownNameChars) {
    label.classList.add('cut');
    label.append(make('span', 'unseen', points.slice(shownNameChars).join('')));
    cell.title = points.join('');
  }
  if (name !== '')
    label.classList.add(`hue-${hueOf(name)}`);
  cell.append(label);
  return cell;
}

// A line across the table.
export function makeLine(kind) {
  const element = make('tr', `line ${kind}`);
  element.setAttribute('role', 'row');
  const cell = make('td');
  cell.setAttribute('role', 'cell');
  cell.setAttribute('aria-colspan', '3');
  cell.colSpan = 3;
  element.append(cell);
  const setWords = (words) => {
    // What has not changed is not written again: it would be read again.
    if (cell.textContent !== words)
      cell.textContent = words;
  };
  return { element, setWords };
}

export class Row {
  #suffix = null;
  #namedAs = null;
  #time;
  #mark;
  #retry = null;

  // `onRetry` is called when a message that could not be sent is to be tried again.
  constructor(item, onRetry) {
    this.item = item;
    this.onRetry = onRetry;
    const element = make('tr', `kind-${item.kind}`);
    element.setAttribute('role', 'row');
    element.classList.toggle('own', item.isOwn);

    this.#time = make('time');
    // In full only for who asks: many rows come at once.
    this.#time.addEventListener('pointerenter', () => { this.#time.title = fullTime.format(item.timeMs); });
    this.showTime();
    this.#mark = make('span', 'mark');
    const timeCell = make('td', 'time');
    timeCell.setAttribute('role', 'cell');
    timeCell.append(this.#time, this.#mark);

    element.append(makeNameCell(item), makeMessageCell(item.text), timeCell);
    this.element = element;
    this.setState(item.state);
  }

  showTime() {
    const { timeMs } = this.item;
    this.#time.textContent = shortTime.format(timeMs);
    this.#time.dateTime = new Date(timeMs).toISOString();
  }

  // '', 'waiting', 'sent' or 'failed'
  setState(state) {
    this.item.state = state;
    for (const known of Object.keys(marks))
      this.element.classList.toggle(known, known === state);
    this.#mark.replaceChildren();
    if (state !== '')
      this.#mark.append(make('span', 'unseen', ` ${say(marks[state])}`));
    this.#mark.title = state === '' ? '' : say(marks[state]);

    this.#retry?.remove();
    this.#retry = null;
    if (state === 'failed') {
      this.#retry = make('button', 'retry', say('Not sent. Try again'));
      this.#retry.type = 'button';
      this.#retry.addEventListener('click', () => this.onRetry(this.item.id));
      this.element.querySelector('.message').append(this.#retry);
    }
  }

  // What tells people of one name apart, or ''.
  setSuffix(suffix) {
    if ((this.#suffix?.textContent.trim() ?? '') === suffix)
      return;
    this.#suffix?.remove();
    this.#suffix = suffix === '' ? null : make('span', 'suffix', ` ${suffix}`);
    if (this.#suffix !== null)
      this.element.cells[0].append(this.#suffix);
  }

  // The reader's name: a message that mentions it stands out.
  setReader(name) {
    if (name === this.#namedAs)
      return;
    this.#namedAs = name;
    const { isOwn, kind, text } = this.item;
    const isMention = !isOwn && kind !== 'bytes' && mentions(text, name);
    this.element.classList.toggle('mention', isMention);
    if (isMention)
      this.element.setAttribute('aria-describedby', 'mentions-you');
    else
      this.element.removeAttribute('aria-describedby');
  }

  // For who looks for this very message.
  light() {
    this.element.classList.add('lit');
    setTimeout(() => this.element.classList.remove('lit'), litMs);
  }

  // The name is seen once for consecutive messages of one person, and read for each.
  setContinues(continues) {
    this.element.classList.toggle('again', continues);
  }
}
