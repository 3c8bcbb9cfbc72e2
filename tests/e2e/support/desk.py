#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""desk.py PROGRAM [ARGUMENT...]

A person at a desktop: starts PROGRAM and uses its window through the accessibility bus and the keyboard. To be run by
with-display. Orders come as JSON, one a line, on standard input, and are answered, one a line, on standard output; the
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
  {"do": "resize", "width", "height"}
  {"do": "size"}                                  of the window, and whether PROGRAM has noticed it
  {"do": "picture", "path"}                       of the window and what it has opened, PNG
  {"do": "alive"}                                 whether PROGRAM runs, and else its exit status
  {"do": "signal", "number"}
  {"do": "again", "arguments"}                    starts PROGRAM once more beside itself: its exit status
  {"do": "restart"}                               ends PROGRAM in order and starts it again, in the same home
  {"do": "log"}                                   what PROGRAM has written
"""
import json
import os
import signal
import subprocess
import sys
import tempfile
import warnings

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi, GLib  # noqa: E402

AGAIN_SECONDS = 10
END_SECONDS = 10

# Without a compositor the window has a border of its own instead of a shadow.
BORDER_MAX = 20

# Of the mouse's wheel.
BUTTON_UP = 4
BUTTON_DOWN = 5


def walk(node, depth=0):
    yield node, depth
    for index in range(node.get_child_count()):
        child = node.get_child_at_index(index)
        if child is not None:
            yield from walk(child, depth + 1)


def states_of(node):
    return [state.value_nick for state in node.get_state_set().get_states()]


def text_of(node):
    if "Text" not in node.get_interfaces():
        return None
    return Atspi.Text.get_text(node, 0, Atspi.Text.get_character_count(node))


def box_of(node):
    box = Atspi.Component.get_extents(node, Atspi.CoordType.WINDOW)
    return {"name": node.get_name(), "x": box.x, "y": box.y, "width": box.width, "height": box.height}


def place_in(size, offset):
    if offset is None:
        return size // 2
    return offset if offset >= 0 else size + offset


def xdotool(*arguments):
    return subprocess.run(["xdotool", *arguments], check=True, capture_output=True, text=True).stdout


class Desk:
    def __init__(self, command):
        warnings.simplefilter("ignore")
        GLib.log_set_handler("dbind", GLib.LogLevelFlags.LEVEL_MASK, lambda *_: None, None)
        Atspi.init()
        Atspi.set_timeout(2000, 5000)
        self.command = command
        self.log = tempfile.TemporaryFile()
        # The last picture of the window alone, and where it was. Without a compositor what is transparent around a popover
        # is black: in a picture that has one, this is seen there.
        self.plain = None
        self.manager = self.start_manager()
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

    def all_nodes(self):
        for node, _ in self.all_with_depth():
            yield node

    def all_with_depth(self):
        context = GLib.MainContext.default()
        while context.iteration(False):
            pass
        desktop = Atspi.get_desktop(0)
        desktop.clear_cache()
        for index in range(desktop.get_child_count()):
            application = desktop.get_child_at_index(index)
            if application is not None:
                yield from walk(application)

    def find_item(self, name):
        """The last item of a list whose name begins so: a message, a room, a result."""
        found = [node for node in self.all_nodes()
                 if node.get_role_name() == "list item" and node.get_name().startswith(name)]
        if not found:
            raise LookupError(f"no list item that begins with {name!r}")
        return found[-1]

    def find(self, role, name, last=False):
        """The node of that role and name, the first or the last; of nested ones that which can be acted upon."""
        found = [node for node in self.all_nodes()
                 if node.get_role_name() == role and node.get_name() == name and "visible" in states_of(node)]
        acting = [node for node in found if "Action" in node.get_interfaces() and Atspi.Action.get_n_actions(node) > 0]
        if not found:
            raise LookupError(f"no {role} named {name!r}")
        return (acting or found)[-1 if last else 0]

    def windows(self):
        return xdotool("search", "--onlyvisible", "--class", "hubbub").split()

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
        nodes = []
        for node, depth in self.all_with_depth():
            states = states_of(node)
            if "visible" in states:
                role = node.get_role_name()
                description = node.get_description() if role == "list item" else ""
                nodes.append({"role": role, "name": node.get_name(), "text": text_of(node), "states": states,
                              "depth": depth, "description": description})
        return nodes

    def do_type(self, order):
        field = self.find(order["role"], order["name"])
        return Atspi.EditableText.set_text_contents(field, order["text"])

    def do_click(self, order):
        node = self.find(order["role"], order["name"], order.get("last", False))
        if "sensitive" not in states_of(node):
            raise LookupError(f"{order['name']!r} is insensitive")
        return Atspi.Action.do_action(node, 0)

    def use_mouse(self, node, *clicks, right=None, down=None):
        box = box_of(node)
        x = box["x"] + place_in(box["width"], right)
        y = box["y"] + place_in(box["height"], down)
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
        return [box_of(node) for node, _ in walk(self.find("list", order["name"]))
                if node.get_role_name() in ("list", "list item") and "visible" in states_of(node)]

    def do_key(self, order):
        xdotool("windowfocus", "--sync", self.window())
        # The window may be gone before xdotool is through with it, when that is what the key does.
        subprocess.run(["xdotool", "key", "--clearmodifiers", *order["keys"]], check=False, capture_output=True)
        return True

    def do_resize(self, order):
        xdotool("windowsize", self.window(), str(order["width"]), str(order["height"]))
        return True

    def do_size(self, _):
        box = self.geometry(self.window())
        frame = next(node for node in self.all_nodes() if node.get_role_name() == "frame")
        extents = Atspi.Component.get_extents(frame, Atspi.CoordType.WINDOW)
        border = box["WIDTH"] - extents.width
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
        elif self.plain is not None:
            path, box = self.plain
            place = f"+{box['X'] - left}+{box['Y'] - top}"
            subprocess.run(["convert", "-size", f"{width}x{height}", "xc:none", path, "-geometry", place, "-composite",
                            "(", order["path"], "-transparent", "black", ")", "-geometry", "+0+0", "-composite",
                            order["path"]], check=True)
        return True

    def do_alive(self, _):
        status = self.program.poll()
        return {"isRunning": status is None, "status": status}

    def do_signal(self, order):
        self.program.send_signal(order["number"])
        return True

    def do_again(self, order):
        again = subprocess.run([*self.command[:1], *order["arguments"]], stdin=subprocess.DEVNULL, stdout=self.log,
                               stderr=self.log, timeout=AGAIN_SECONDS, check=False)
        return again.returncode

    def do_restart(self, _):
        self.program.send_signal(signal.SIGTERM)
        self.program.wait(END_SECONDS)
        self.start()
        return True

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


def main():
    desk = Desk(sys.argv[1:])
    try:
        for line in sys.stdin:
            print(json.dumps(desk.obey(line)), flush=True)
    finally:
        desk.leave()


main()
