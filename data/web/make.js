// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Makes an element. Text is only ever text.

export function make(tag, className, text) {
  const element = document.createElement(tag);
  if (className)
    element.className = className;
  if (text !== undefined)
    element.textContent = text;
  return element;
}
