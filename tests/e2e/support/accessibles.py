# SPDX-License-Identifier: LGPL-2.1-or-later
"""What a screen reader sees of the programs on its bus, by few calls: GTK tells all that it knows of a window at once, and
what it has not told yet is asked for. A walk through the tree, as libatspi has it, takes some calls for each node.
"""
import os

from gi.repository import Gio, GLib

# As in check.js: every deadline is that many times longer.
PATIENCE = float(os.environ.get("HUBBUB_PATIENCE", "2"))

ACCESSIBLE = "org.a11y.atspi.Accessible"
PROPERTIES = "org.freedesktop.DBus.Properties"
REGISTRY = "org.a11y.atspi.Registry"
ROOT = "/org/a11y/atspi/accessible/root"
CACHE = "/org/a11y/atspi/cache"
TIMEOUT_MS = int(5000 * PATIENCE)

# AT-SPI's numbers, as far as GTK has them.
ROLES = {
    2: "alert", 7: "check box", 8: "check menu item", 11: "combo box", 16: "dialog", 20: "filler", 23: "frame",
    27: "image", 29: "label", 31: "list", 32: "list item", 33: "menu", 34: "menu bar", 35: "menu item", 37: "page tab",
    38: "page tab list", 39: "panel", 40: "password text", 41: "popup menu", 42: "progress bar", 43: "push button",
    44: "radio button", 48: "scroll bar", 49: "scroll pane", 50: "separator", 51: "slider", 52: "spin button",
    54: "status bar", 55: "table", 56: "table cell", 61: "text", 62: "toggle button", 63: "tool bar", 64: "tool tip",
    69: "window", 75: "application", 79: "entry",
}
STATES = {
    1: "active", 4: "checked", 7: "editable", 8: "enabled", 11: "focusable", 12: "focused", 20: "pressed", 24: "sensitive",
    25: "showing", 30: "visible",
}


class Node:
    """A node of the tree, at the time of the look."""

    def __init__(self, bus, item):
        (self.owner, self.path), _, _, _, self.child_count, self.interfaces, self.name, \
            role, self.description, bits = item
        self.bus = bus
        self.role = ROLES.get(role, f"role {role}")
        self.states = [name for number, name in STATES.items() if bits[number // 32] >> (number % 32) & 1]
        self.depth = 0

    def has(self, interface):
        return f"org.a11y.atspi.{interface}" in self.interfaces

    def call(self, interface, method, parameters=None):
        return self.bus.call_sync(self.owner, self.path, f"org.a11y.atspi.{interface}", method, parameters, None,
                                  Gio.DBusCallFlags.NONE, TIMEOUT_MS, None).unpack()

    def get(self, interface, name):
        parameters = GLib.Variant("(ss)", (f"org.a11y.atspi.{interface}", name))
        return self.bus.call_sync(self.owner, self.path, PROPERTIES, "Get", parameters, None, Gio.DBusCallFlags.NONE,
                                  TIMEOUT_MS, None).unpack()[0]

    def text(self):
        if not self.has("Text"):
            return None
        # To the end, however far that is.
        return self.call("Text", "GetText", GLib.Variant("(ii)", (0, GLib.MAXINT32)))[0]

    def type(self, text):
        return self.call("EditableText", "SetTextContents", GLib.Variant("(s)", (text,)))[0]

    def act(self):
        return self.call("Action", "DoAction", GLib.Variant("(i)", (0,)))[0]

    def can_act(self):
        return self.has("Action") and self.get("Action", "NActions") > 0

    def box(self):
        """In the window: x, y, width, height."""
        return self.call("Component", "GetExtents", GLib.Variant("(u)", (1,)))[0]


class Accessibles:
    def __init__(self):
        session = Gio.bus_get_sync(Gio.BusType.SESSION)
        address = session.call_sync("org.a11y.Bus", "/org/a11y/bus", "org.a11y.Bus", "GetAddress", None, None,
                                    Gio.DBusCallFlags.NONE, TIMEOUT_MS, None).unpack()[0]
        self.bus = Gio.DBusConnection.new_for_address_sync(
            address, Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT | Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION)

    def children_of(self, owner, path):
        return self.bus.call_sync(owner, path, ACCESSIBLE, "GetChildren", None, None, Gio.DBusCallFlags.NONE, TIMEOUT_MS,
                                  None).unpack()[0]

    def known_of(self, owner):
        """All nodes that the program has told of so far, by their paths."""
        items = self.bus.call_sync(owner, CACHE, "org.a11y.atspi.Cache", "GetItems", None, None, Gio.DBusCallFlags.NONE,
                                   TIMEOUT_MS, None).unpack()[0]
        return {node.path: node for node in (Node(self.bus, item) for item in items)}

    def paths_from(self, owner, path, depth, known):
        """The paths below one, parents first, with their depth."""
        yield path, depth
        node = known.get(path)
        if node is None or node.child_count > 0 or depth == 0:
            for _, child in self.children_of(owner, path):
                yield from self.paths_from(owner, child, depth + 1, known)

    def walk(self):
        """All nodes of all programs, parents first, children in their order. GTK makes a node when its parent's children are
        asked for, and tells of it only then: of all that are new at once, since it tells of all each time."""
        for owner, path in self.children_of(REGISTRY, ROOT):
            known = self.known_of(owner)
            paths = list(self.paths_from(owner, path, 0, known))
            if any(path not in known for path, _ in paths):
                known = self.known_of(owner)
            for path, depth in paths:
                node = known.get(path)
                if node is not None:
                    node.depth = depth
                    yield node
