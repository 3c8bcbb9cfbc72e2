#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""desk.py MQTT-PORT HTTP-PORT PROGRAM [ARGUMENT...]

A person at a desktop: starts PROGRAM and uses its window through the accessibility bus and the keyboard. To be run by
with-display. The preferences of PROGRAM have these two ports in them, unless they are 0. Orders come as JSON, one a line, on standard input, and are answered, one a line, on standard output; the
end of the input ends PROGRAM. Nothing here waits: whoever gives the orders asks again.

  {"do": "windows"}                               how many windows PROGRAM has on the screen
  {"do": "nodes"}                                 what is in the window: role, name, text, states of each node, its depth,
                                                  and the description of a list's item
  {"do": "type", "role", "name", "text"}          sets the text of a field
  {"do": "click", "role", "name", "last"}         presses a button, opens a menu, chooses an item; the last of that name
  {"do": "point", "role", "name", "button", "right", "down"}
                                                  clicks with the mouse into a node: so far from its left and top, from its
                                                  right and bottom if less than 0, in the middle if null; of a list's item
                                                  it is enough how its name begins
  {"do": "wheel", "name", "clicks"}               turns the wheel over a list; negative is up
  {"do": "boxes", "name"}                         where a list is, and each of its items: name, x, y, width, height
  {"do": "key", "keys": ["ctrl+q"]}               presses keys, in the window with the focus
  {"do": "page"}                                  what is on the page that has the focus, a window or a popover, as far as it
                                                  has a size: role, name, states, depth
  {"do": "resize", "width", "height"}
  {"do": "size"}                                  of the window, and whether PROGRAM has noticed it
  {"do": "picture", "path", "isDialog"}           of the window and what it has opened, PNG; in dialogs black is black
  {"do": "alive"}                                 whether PROGRAM runs, as which process, and else its exit status
  {"do": "signal", "number"}
  {"do": "again", "arguments"}                    starts PROGRAM once more beside itself: its exit status
  {"do": "activate", "service"}                   has the session bus start it, with the text of a service file, and open a window
  {"do": "restart"}                               ends PROGRAM in order and starts it again, in the same home
  {"do": "notifications"}                         what PROGRAM has told the desktop of: summary and body
  {"do": "log"}                                   what PROGRAM has written
"""
import json
import os
import re
import signal
import subprocess
import sys
import tempfile

from gi.repository import Gio, GLib

from accessibles import PATIENCE, Accessibles
from notifications import Notifications

AGAIN_SECONDS = 10 * PATIENCE
XDOTOOL_SECONDS = 10
END_SECONDS = 10 * PATIENCE
ACTIVATE_MS = int(20000 * PATIENCE)

# Without a compositor the window has a border of its own instead of a shadow.
BORDER_MAX = 20

# What GTK calls the inside of a popover.
POPOVER = "GtkPopoverContent"

# Of the mouse's wheel.
BUTTON_UP = 4
BUTTON_DOWN = 5


def place_in(size, offset):
    if offset is None:
        return size // 2
    return offset if offset >= 0 else size + offset


def xdotool(*arguments):
    """One that waits for what does not come, such as the focus of a window that closes, is ended and counts as failed."""
    return subprocess.run(["xdotool", *arguments], check=True, capture_output=True, text=True, timeout=XDOTOOL_SECONDS).stdout


class Desk:
    def __init__(self, command):
        self.accessibles = Accessibles()
        self.command = command
        self.log = tempfile.TemporaryFile()
        # The last picture of the window alone, and where it was. Without a compositor what is transparent around a popover
        # is black: in a picture that has one, this is seen there.
        self.plain = None
        self.manager = self.start_manager()
        self.notifications = Notifications()
        self.start()

    def start_manager(self):
        """A window that comes up at the very moment in which openbox takes over stays invisible: it waits for that."""
        manager = subprocess.Popen(["openbox", "--startup", "echo ready"], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                   stderr=self.log)
        if not manager.stdout.readline():
            raise SystemExit("desk.py: openbox has ended before it was ready")
        return manager

    def start(self):
        self.program = subprocess.Popen(self.command, stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log)

    def find_item(self, name):
        """The last item of a list whose name begins so: a message, a room, a result."""
        found = [node for node in self.accessibles.walk() if node.role == "list item" and node.name.startswith(name)]
        if not found:
            raise LookupError(f"no list item that begins with {name!r}")
        return found[-1]

    def find(self, role, name, last=False):
        """The node of that role and name, the first or the last; of nested ones that which can be acted upon."""
        found = [node for node in self.accessibles.walk()
                 if node.role == role and node.name == name and "visible" in node.states]
        acting = [node for node in found if node.can_act()]
        if not found:
            raise LookupError(f"no {role} named {name!r}")
        return (acting or found)[-1 if last else 0]

    def windows(self):
        # Where there is none, xdotool says that it has failed.
        command = ["xdotool", "search", "--onlyvisible", "--class", "hubbub"]
        return subprocess.run(command, check=False, capture_output=True, text=True).stdout.split()

    def window(self):
        ids = self.windows()
        if not ids:
            raise LookupError("no window")
        return ids[0]

    def geometry(self, window):
        lines = xdotool("getwindowgeometry", "--shell", window).split()
        return {name: int(number) for name, number in (line.split("=") for line in lines)}

    def do_windows(self, _):
        return len(self.windows())

    def do_nodes(self, _):
        return [{"role": node.role, "name": node.name, "text": node.text(), "states": node.states, "depth": node.depth,
                 "description": node.description if node.role == "list item" else ""}
                for node in self.accessibles.walk() if "visible" in node.states]

    def do_type(self, order):
        field = self.find(order["role"], order["name"])
        return field.type(order["text"])

    def do_click(self, order):
        node = self.find(order["role"], order["name"], order.get("last", False))
        if "sensitive" not in node.states:
            raise LookupError(f"{order['name']!r} is insensitive")
        return node.act()

    def use_mouse(self, node, *clicks, right=None, down=None):
        x, y, width, height = node.box()
        x += place_in(width, right)
        y += place_in(height, down)
        xdotool("windowfocus", "--sync", self.window())
        xdotool("mousemove", "--window", self.window(), str(x), str(y))
        xdotool("click", *clicks)
        return True

    def do_point(self, order):
        role, name = order["role"], order["name"]
        node = self.find_item(name) if role == "list item" else self.find(role, name)
        return self.use_mouse(node, str(order["button"]), right=order["right"], down=order["down"])

    def do_wheel(self, order):
        clicks = order["clicks"]
        button = BUTTON_UP if clicks < 0 else BUTTON_DOWN
        return self.use_mouse(self.find("list", order["name"]), "--repeat", str(abs(clicks)), "--delay", "2", str(button))

    def do_boxes(self, order):
        found = self.find("list", order["name"])
        boxes = []
        for node in self.accessibles.walk():
            if node.path == found.path or (boxes and node.depth > found.depth):
                if node.role in ("list", "list item") and "visible" in node.states:
                    x, y, width, height = node.box()
                    boxes.append({"name": node.name, "x": x, "y": y, "width": width, "height": height})
            elif boxes:
                break
        return boxes

    def focus_window(self):
        """A popover is a window, too, which would never give the keyboard back: whatever has it of PROGRAM keeps it."""
        command = ["xdotool", "getwindowfocus", "-f"]
        focused = subprocess.run(command, check=False, capture_output=True, text=True).stdout.strip()
        if focused not in self.windows():
            xdotool("windowfocus", "--sync", self.window())

    def do_key(self, order):
        self.focus_window()
        # The window may be gone before xdotool is through with it, when that is what the key does.
        subprocess.run(["xdotool", "key", "--clearmodifiers", *order["keys"]], check=False, capture_output=True)
        return True

    def do_page(self, _):
        nodes = [node for node in self.accessibles.walk() if "visible" in node.states]
        focused = max((i for i, node in enumerate(nodes) if "focused" in node.states), default=None)
        if focused is None:
            return []
        # What is around it, from the inside out.
        around, depth = [], nodes[focused].depth
        for i in range(focused, -1, -1):
            if nodes[i].depth < depth:
                around.append(i)
                depth = nodes[i].depth
        begin = next((i for i in around if nodes[i].name == POPOVER or nodes[i].depth == 1), focused)
        page = [nodes[begin]]
        for node in nodes[begin + 1:]:
            if node.depth <= page[0].depth:
                break
            page.append(node)
        return [{"role": node.role, "name": node.name, "states": node.states, "depth": node.depth} for node in page
                if "focusable" not in node.states or node.box()[2] > 0]

    def do_resize(self, order):
        xdotool("windowsize", self.window(), str(order["width"]), str(order["height"]))
        return True

    def do_size(self, _):
        box = self.geometry(self.window())
        frame = next(node for node in self.accessibles.walk() if node.role == "frame")
        border = box["WIDTH"] - frame.box()[2]
        return {"width": box["WIDTH"], "height": box["HEIGHT"], "isSettled": 0 <= border <= BORDER_MAX}

    def do_picture(self, order):
        os.makedirs(os.path.dirname(order["path"]), exist_ok=True)
        boxes = [self.geometry(window) for window in self.windows()]
        if not boxes:
            raise LookupError("no window")
        left, top = min(box["X"] for box in boxes), min(box["Y"] for box in boxes)
        width = max(box["X"] + box["WIDTH"] for box in boxes) - left
        height = max(box["Y"] + box["HEIGHT"] for box in boxes) - top
        crop = f"{width}x{height}+{left}+{top}"
        subprocess.run(["import", "-silent", "-window", "root", "-crop", crop, "+repage", order["path"]], check=True)
        if len(boxes) == 1:
            self.plain = (order["path"], boxes[0])
        elif self.plain is not None and not order.get("isDialog", False):
            path, box = self.plain
            place = f"+{box['X'] - left}+{box['Y'] - top}"
            subprocess.run(["convert", "-size", f"{width}x{height}", "xc:none", path, "-geometry", place, "-composite",
                            "(", order["path"], "-transparent", "black", ")", "-geometry", "+0+0", "-composite",
                            order["path"]], check=True)
        return True

    def do_alive(self, _):
        status = self.program.poll()
        return {"isRunning": status is None, "status": status, "pid": self.program.pid}

    def do_signal(self, order):
        self.program.send_signal(order["number"])
        return True

    def do_again(self, order):
        again = subprocess.run([*self.command[:1], *order["arguments"]], stdin=subprocess.DEVNULL, stdout=self.log,
                               stderr=self.log, timeout=AGAIN_SECONDS, check=False)
        return again.returncode

    def do_activate(self, order):
        name = re.search(r"^Name=(.*)$", order["service"], re.M).group(1)
        folder = os.path.join(os.environ["XDG_DATA_HOME"], "dbus-1", "services")
        os.makedirs(folder, exist_ok=True)
        with open(os.path.join(folder, name + ".service"), "w", encoding="utf-8") as file:
            file.write(order["service"])
        bus = Gio.bus_get_sync(Gio.BusType.SESSION)
        bus.call_sync("org.freedesktop.DBus", "/", "org.freedesktop.DBus", "ReloadConfig", None, None,
                      Gio.DBusCallFlags.NONE, ACTIVATE_MS)
        bus.call_sync(name, "/" + name.replace(".", "/"), "org.freedesktop.Application", "Activate",
                      GLib.Variant("(a{sv})", ({},)), None, Gio.DBusCallFlags.NONE, ACTIVATE_MS)
        return True

    def do_restart(self, _):
        self.program.send_signal(signal.SIGTERM)
        self.program.wait(END_SECONDS)
        self.start()
        return True

    def do_notifications(self, _):
        return self.notifications.told

    def do_log(self, _):
        self.log.seek(0)
        return self.log.read().decode(errors="replace")

    def obey(self, line):
        order = json.loads(line)
        try:
            return {"ok": getattr(self, "do_" + order["do"])(order)}
        except (LookupError, GLib.Error, subprocess.SubprocessError, OSError) as error:
            return {"error": f"{type(error).__name__}: {error}"}

    def leave(self):
        for child in (self.program, self.manager):
            if child.poll() is None:
                child.send_signal(signal.SIGTERM)
            try:
                child.wait(END_SECONDS)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()


def prefer_ports(mqtt, http):
    """In the form of GSettings' backend `keyfile`."""
    folder = os.path.join(os.environ["XDG_CONFIG_HOME"], "glib-2.0", "settings")
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, "keyfile"), "w", encoding="utf-8") as file:
        file.write(f"[io/github/hubbub_chat/Hubbub]\nmqtt-port={mqtt}\nhttp-port={http}\n")


def main():
    mqtt, http, *command = sys.argv[1:]
    if int(mqtt) and int(http):
        prefer_ports(int(mqtt), int(http))
    desk = Desk(command)
    try:
        for line in sys.stdin:
            print(json.dumps(desk.obey(line)), flush=True)
    finally:
        desk.leave()


main()
