# SPDX-License-Identifier: LGPL-2.1-or-later
"""The notification service of a desktop, which shows nothing and notes everything."""
import os
import threading

from gi.repository import Gio, GLib

from accessibles import PATIENCE

NAME = "org.freedesktop.Notifications"
PATH = "/org/freedesktop/Notifications"
INTERFACE = """<node><interface name='org.freedesktop.Notifications'>
<method name='Notify'><arg type='s' direction='in'/><arg type='u' direction='in'/><arg type='s' direction='in'/>
<arg type='s' direction='in'/><arg type='s' direction='in'/><arg type='as' direction='in'/><arg type='a{sv}' direction='in'/>
<arg type='i' direction='in'/><arg type='u' direction='out'/></method>
<method name='CloseNotification'><arg type='u' direction='in'/></method>
<method name='GetCapabilities'><arg type='as' direction='out'/></method>
<method name='GetServerInformation'><arg type='s' direction='out'/><arg type='s' direction='out'/>
<arg type='s' direction='out'/><arg type='s' direction='out'/></method>
</interface></node>"""
START_SECONDS = 10 * PATIENCE


class Notifications:
    def __init__(self):
        self.told = []
        self.ready = threading.Event()
        threading.Thread(target=self.serve, daemon=True).start()
        if not self.ready.wait(START_SECONDS):
            raise SystemExit("desk.py: the notifications do not start")

    def serve(self):
        """On a connection and in a context of its own: whoever gives orders to desk.py is waited for elsewhere."""
        context = GLib.MainContext.new()
        context.push_thread_default()
        connection = Gio.DBusConnection.new_for_address_sync(
            os.environ["DBUS_SESSION_BUS_ADDRESS"],
            Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT | Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION)
        interface = Gio.DBusNodeInfo.new_for_xml(INTERFACE).interfaces[0]
        connection.register_object(PATH, interface, self.answer, None, None)
        connection.call_sync("org.freedesktop.DBus", "/", "org.freedesktop.DBus", "RequestName",
                             GLib.Variant("(su)", (NAME, 0)), None, Gio.DBusCallFlags.NONE, -1)
        self.ready.set()
        GLib.MainLoop.new(context, False).run()

    def answer(self, _connection, _sender, _path, _interface, method, parameters, invocation):
        result = None
        if method == "Notify":
            _, _, _, summary, body, *_ = parameters.unpack()
            self.told.append({"summary": summary, "body": body})
            result = GLib.Variant("(u)", (len(self.told),))
        elif method == "GetCapabilities":
            result = GLib.Variant("(as)", (["actions", "body"],))
        elif method == "GetServerInformation":
            result = GLib.Variant("(ssss)", ("desk.py", "Hubbub", "1", "1.2"))
        invocation.return_value(result)
