// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Random names for things. On plain http in a LAN a browser offers
// getRandomValues, but not randomUUID.

function randomHex(bytes) {
  const values = crypto.getRandomValues(new Uint8Array(bytes));
  return Array.from(values, (value) => value.toString(16).padStart(2, '0')).join('');
}

// New for each load of the page: two tabs are two clients.
export function newClientId() {
  return `hub${randomHex(10)}`;
}

// UUID version 4.
export function newMessageId() {
  const hex = randomHex(16);
  const variant = '89ab'[parseInt(hex[16], 16) & 3];
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    `${variant}${hex.slice(17, 20)}`,
    hex.slice(20),
  ].join('-');
}

// Who writes: the same for as long as the browser keeps its storage.
export function stableFrom(keep) {
  const known = keep.get('from');
  if (known !== null && /^[0-9a-f]{16}$/.test(known))
    return known;
  const from = randomHex(8);
  keep.set('from', from);
  return from;
}
