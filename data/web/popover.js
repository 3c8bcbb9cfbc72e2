// SPDX-License-Identifier: LGPL-2.1-or-later
//
// A button of the heading and what it opens: a dialog that does not hold up the
// page. It closes with Escape, with the button, and when somebody goes on
// elsewhere; after Escape the focus is on the button again.

export class Popover {
  #button;
  #panel;
  #onOpen;

  // `onOpen` brings the panel up to date and returns what gets the focus, or null.
  constructor({ button, panel, onOpen }) {
    this.#button = button;
    this.#panel = panel;
    this.#onOpen = onOpen;
    button.setAttribute('aria-expanded', 'false');
    button.addEventListener('click', () => (this.isOpen ? this.close(true) : this.#open()));
    panel.addEventListener('keydown', (event) => {
      if (event.key !== 'Escape' || event.isComposing)
        return;
      event.preventDefault();
      event.stopPropagation();
      this.close(true);
    });
    // A finger or a mouse elsewhere, or the focus.
    addEventListener('pointerdown', (event) => this.#closeUnlessIn(event.target), true);
    panel.addEventListener('focusout', (event) => {
      if (event.relatedTarget !== null)
        this.#closeUnlessIn(event.relatedTarget);
    });
  }

  get isOpen() {
    return !this.#panel.hidden;
  }

  close(isFocusBack) {
    if (!this.isOpen)
      return;
    this.#panel.hidden = true;
    this.#button.setAttribute('aria-expanded', 'false');
    if (isFocusBack)
      this.#button.focus();
  }

  #open() {
    this.#panel.hidden = false;
    this.#button.setAttribute('aria-expanded', 'true');
    (this.#onOpen() ?? this.#panel).focus({ preventScroll: true });
  }

  #closeUnlessIn(target) {
    if (!(target instanceof Node) || (!this.#panel.contains(target) && !this.#button.contains(target)))
      this.close(false);
  }
}
