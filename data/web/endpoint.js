// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Where somebody is on the network, as members of a chat tell each other:
// `IP:PORT`, `[IP]:PORT`. Pure.

const form = /^(?:((?:\d{1,3}\.){3}\d{1,3})|\[([0-9a-f:.]*:[0-9a-f:.]*)\]):(\d{1,5})$/i;

// An address that one can connect to without asking for a name.
export function isEndpoint(text) {
  const parts = form.exec(text);
  if (parts === null || Number(parts[3]) < 1 || Number(parts[3]) > 65_535)
    return false;
  return parts[1] === undefined || parts[1].split('.').every((part) => Number(part) <= 255);
}

export function isIpv6(endpoint) {
  return endpoint.startsWith('[');
}

// One that means the same computer on every computer of a network: no loopback address,
// none of many computers, and none that needs the name of an interface.
export function isForOthers(text) {
  if (!isEndpoint(text))
    return false;
  if (!isIpv6(text)) {
    const [first] = text.split('.').map(Number);
    return !/(?:^|\.)0\d/.test(text) && first !== 0 && first !== 127 && first < 224;
  }
  try {
    const { hostname } = new URL(`http://${text}/`);
    return hostname !== '[::]' && hostname !== '[::1]' && !/^\[(?:ff|fe[89ab]|::ffff:)/.test(hostname);
  } catch {
    return false;
  }
}

// Of the same version of IP as `hostname` of an address, if there is one; else the first.
export function nearest(endpoints, hostname) {
  const isOf6 = hostname.startsWith('[');
  return endpoints.find((endpoint) => isIpv6(endpoint) === isOf6) ?? endpoints.at(0) ?? null;
}
