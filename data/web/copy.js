// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Puts a text on the clipboard. On plain http in a LAN a browser has no
// navigator.clipboard; what is left is to select and to copy, as by hand.

function copySelected(text) {
  const focused = document.activeElement;
  const field = document.createElement('textarea');
  field.value = text;
  field.readOnly = true;
  field.className = 'unseen';
  document.body.append(field);
  field.select();
  let isCopied = false;
  try {
    isCopied = document.execCommand('copy');
  } catch {
    // Then it is not.
  }
  field.remove();
  focused?.focus({ preventScroll: true });
  return isCopied;
}

// Returns whether it is there. To be called at once when somebody asks for it.
export async function copyText(text) {
  if (navigator.clipboard !== undefined) {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      // Not allowed to this page: by hand, then.
    }
  }
  return copySelected(text);
}
