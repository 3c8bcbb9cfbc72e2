// SPDX-License-Identifier: LGPL-2.1-or-later
//
// What can be done with one message: a button beside the row under the mouse,
// the one that was tapped or the one that has the focus, and the menu that it
// opens. There is one button for all rows, outside of the log, so that nobody
// is read a button after each message.

import { copyText } from './copy.js';
import { splitLinks } from './links.js';
import { say } from './words.js';

const linksInMenu = 5;
const linkChars = 40;
const saidMs = 2_000;

// What the menu of a message offers: { words, detail, text, done }. Pure.
export function entriesOf(text) {
  const links = [...new Set(splitLinks(text).filter(({ isLink }) => isLink).map((piece) => piece.text))];
  const entries = [{ words: say('Copy message'), detail: '', text, done: say('Message copied') }];
  for (const link of links.slice(0, linksInMenu)) {
    const short = link.length > linkChars ? `${link.slice(0, linkChars - 1)}…` : link;
    entries.push({ words: say('Copy link'), detail: links.length > 1 ? short : '', text: link, done: say('Link copied') });
  }
  return entries;
}

function isFromRight() {
  return document.documentElement.dir === 'rtl';
}

export class RowMenu {
  #output;
  #scroller;
  #body;
  #button;
  #menu;
  #said;
  #textOf;
  #row = null;
  #focused = null;
  #saidTimer = 0;

  // `textOf` is called with a row of the table.
  constructor({ output, textOf }) {
    this.#output = output;
    this.#scroller = output.querySelector('#log');
    this.#body = output.querySelector('#messages');
    this.#button = output.querySelector('#row-button');
    this.#menu = output.querySelector('#row-menu');
    this.#said = output.querySelector('#said');
    this.#textOf = textOf;

    this.#listenToPointer();
    this.#listenToKeys();
    this.#button.addEventListener('click', () => (this.isOpen ? this.close() : this.#open()));
    // The focus stays where it is, so that a phone's keyboard stays, too.
    this.#button.addEventListener('mousedown', (event) => event.preventDefault());
    this.#scroller.addEventListener('scroll', () => this.#leave(), { passive: true });
    new MutationObserver(() => this.#leave()).observe(this.#body, { childList: true });
    addEventListener('resize', () => this.#hide());
  }

  get isOpen() {
    return !this.#menu.hidden;
  }

  // Closes the menu; whoever had the focus before gets it back.
  close() {
    if (!this.isOpen)
      return;
    this.#menu.hidden = true;
    this.#button.setAttribute('aria-expanded', 'false');
    this.#focused?.focus({ preventScroll: true });
    this.#focused = null;
  }

  #rowAt(target) {
    const row = target instanceof Element ? target.closest('#messages > tr') : null;
    return row === null || row.classList.contains('line') ? null : row;
  }

  #listenToPointer() {
    this.#scroller.addEventListener('pointermove', (event) => {
      if (event.pointerType === 'mouse' && !this.isOpen)
        this.#show(this.#rowAt(event.target));
    }, { passive: true });
    this.#output.addEventListener('pointerleave', (event) => {
      if (event.pointerType === 'mouse' && !this.isOpen)
        this.#leave();
    });
    // A tap on a message, but not on something in it, nor one that ends a selection.
    this.#scroller.addEventListener('click', (event) => {
      if (event.target.closest('a, button') === null && getSelection().isCollapsed)
        this.#show(this.#rowAt(event.target));
    });
    document.addEventListener('pointerdown', ({ target }) => {
      if (this.isOpen && !this.#menu.contains(target) && !this.#button.contains(target))
        this.close();
    });
  }

  #listenToKeys() {
    this.#scroller.addEventListener('focusin', ({ target }) => {
      if (target.matches(':focus-visible'))
        this.#show(this.#rowAt(target));
    });
    this.#scroller.addEventListener('focusout', () => this.#leave());
    this.#scroller.addEventListener('keydown', (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey)
        return;
      const row = this.#rowAt(event.target);
      if (event.key === 'ArrowUp' || event.key === 'ArrowDown')
        this.#move(event, row, event.key === 'ArrowDown');
      else if (row !== null && event.target === row)
        this.#press(event, row);
    });
    this.#menu.addEventListener('keydown', (event) => this.#choose(event));
    this.#menu.addEventListener('focusout', ({ relatedTarget }) => {
      if (relatedTarget !== null && !this.#menu.contains(relatedTarget) && relatedTarget !== this.#button) {
        this.#focused = null;
        this.close();
      }
    });
  }

  // From message to message; one that is higher than the table is scrolled first.
  #move(event, row, isDown) {
    const view = this.#scroller.getBoundingClientRect();
    const top = this.#body.parentElement.tHead.getBoundingClientRect().bottom;
    let next = row;
    if (row === null) {
      const visible = Array.from(this.#body.rows).filter((one) => this.#rowAt(one) !== null &&
        one.getBoundingClientRect().bottom > top && one.getBoundingClientRect().top < view.bottom);
      next = isDown ? visible.at(0) : visible.at(-1);
    } else {
      const box = row.getBoundingClientRect();
      if (isDown ? box.bottom > view.bottom + 1 : box.top < top - 1)
        return;
      do
        next = isDown ? next.nextElementSibling : next.previousElementSibling;
      while (next?.classList.contains('line'));
    }
    if (!next)
      return;
    event.preventDefault();
    next.tabIndex = -1;
    next.focus({ focusVisible: true });
    this.#show(next);
  }

  #press(event, row) {
    if (event.key === 'Escape') {
      this.#scroller.focus({ preventScroll: true });
    } else if (event.key === 'Enter' || event.key === 'ContextMenu') {
      this.#show(row);
      this.#open();
    } else {
      return;
    }
    event.preventDefault();
  }

  #choose(event) {
    const items = Array.from(this.#menu.children);
    const at = items.indexOf(document.activeElement);
    const next = {
      ArrowDown: (at + 1) % items.length,
      ArrowUp: (at + items.length - 1) % items.length,
      Home: 0,
      End: items.length - 1,
    }[event.key];
    if (next !== undefined)
      items[next].focus();
    else if (event.key === 'Escape' || event.key === 'Tab')
      this.close();
    else
      return;
    event.preventDefault();
    event.stopPropagation();
  }

  #show(row) {
    if (row === null) {
      this.#hide();
      return;
    }
    this.#row = row;
    this.#button.hidden = false;
    const head = this.#body.parentElement.tHead.offsetHeight;
    const top = row.offsetTop - this.#scroller.scrollTop;
    this.#button.style.top = `${this.#scroller.offsetTop + Math.max(top, head) + 2}px`;
    // Beside the time, where that is.
    const output = this.#output.getBoundingClientRect();
    const time = row.querySelector('.time').getBoundingClientRect();
    const left = isFromRight() ? time.right + 2 : time.left - this.#button.offsetWidth - 2;
    this.#button.style.left = `${left - output.left}px`;
  }

  #hide() {
    this.close();
    this.#button.hidden = true;
    this.#row = null;
  }

  // The mouse, the focus or the row itself went elsewhere.
  #leave() {
    if (this.isOpen)
      return;
    const focused = this.#rowAt(document.activeElement);
    this.#show(focused?.isConnected && focused.contains(document.querySelector(':focus-visible')) ? focused : null);
  }

  #open() {
    this.#focused = document.activeElement;
    this.#menu.replaceChildren(...entriesOf(this.#textOf(this.#row)).map((entry) => this.#makeItem(entry)));
    this.#menu.hidden = false;
    this.#button.setAttribute('aria-expanded', 'true');
    const { offsetTop, offsetLeft, offsetHeight, offsetWidth } = this.#button;
    const below = offsetTop + offsetHeight + 4;
    const above = offsetTop - this.#menu.offsetHeight - 4;
    const isBelow = below + this.#menu.offsetHeight <= this.#output.clientHeight;
    this.#menu.style.top = `${isBelow ? below : Math.max(above, 4)}px`;
    const rest = this.#output.clientWidth - this.#menu.offsetWidth - 4;
    this.#menu.style.left = isFromRight()
      ? `${Math.min(offsetLeft, rest)}px` : `${Math.max(offsetLeft + offsetWidth - this.#menu.offsetWidth, 4)}px`;
    this.#menu.firstElementChild.focus({ preventScroll: true });
  }

  #makeItem({ words, detail, text, done }) {
    const item = document.createElement('button');
    item.type = 'button';
    item.tabIndex = -1;
    item.setAttribute('role', 'menuitem');
    item.append(words);
    if (detail !== '') {
      const more = document.createElement('bdi');
      more.textContent = detail;
      item.append(' ', more);
    }
    item.addEventListener('click', async () => {
      this.close();
      this.#say(await copyText(text) ? done : say('The browser does not let this page copy. Select the text instead.'));
    });
    return item;
  }

  #say(words) {
    clearTimeout(this.#saidTimer);
    this.#said.textContent = words;
    this.#saidTimer = setTimeout(() => { this.#said.textContent = ''; }, saidMs);
  }
}
