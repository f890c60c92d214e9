"""A user by `websockets` of PyPI: what this one says, and what it must hear, stands in `peers.rs`."""

import sys

from packets_of import ERROR_NTF, ROOM_CHAT_NTF, ROOM_ENTER_RES, Stream, chat, enter, log_in
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect


def heard(socket):
    """All packets, in whatever messages."""
    stream = Stream()
    while True:
        yield from stream.packets(socket.recv())


def wait_for(packets, wanted):
    return next(body for packet_id, body in packets if packet_id == wanted)


url = sys.argv[1]
with connect(url, subprotocols=["codelab.v1"]) as socket:
    packets = heard(socket)
    socket.send(log_in("web") + enter(1))
    wait_for(packets, ROOM_ENTER_RES)
    socket.send(chat("hello from python"))
    wait_for(packets, ROOM_CHAT_NTF)
    print("heard:", wait_for(packets, ROOM_CHAT_NTF)[10:].decode())
    socket.ping(b"there?").wait()
    print("pong")
print("closed:", socket.close_code)

with connect(url, subprotocols=["codelab.v1"]) as socket:
    packets = heard(socket)
    socket.send(log_in("web") + enter(1))
    wait_for(packets, ROOM_ENTER_RES)
    print("again")
    try:
        print("last word:", int.from_bytes(wait_for(packets, ERROR_NTF), "little"))
        next(packets)
    except ConnectionClosed as closed:
        print("closed:", closed.rcvd.code)
