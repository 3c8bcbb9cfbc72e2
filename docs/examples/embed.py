#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
import gi

gi.require_version("Hub", "1")
from gi.repository import GLib, Hub


def may_publish(client_id, user_name, topic, qos, retain):
    return not topic.startswith("sealed/")  # on the broker's thread


def message(client, topic, payload, qos, retain):
    print("%s: %s" % (topic, payload.get_data().decode()), flush=True)
    if topic == "quit":
        loop.quit()


def started(broker, result):
    broker.start_finish(result)
    client.open_async(None, opened)


def opened(client, result):
    client.open_finish(result)
    client.subscribe_async("#", 1, None, subscribed)


def subscribed(client, result):
    client.subscribe_finish(result)
    client.publish("status", GLib.Bytes(b"ready"), 1, False)
    print("port %u" % broker.get_port(Hub.Protocol.MQTT), flush=True)


loop = GLib.MainLoop()
broker = Hub.Broker.new()
broker.add_listener(Hub.Protocol.MQTT, "127.0.0.1", 0)
broker.set_may_publish_func(may_publish)
client = Hub.LocalClient.new(broker, "inside")
client.connect("message", message)
broker.start_async(None, started)
loop.run()
