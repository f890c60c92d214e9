"""The same user by `websocket` of Debian's python3-websocket."""

import sys

import websocket
from packets_of import ERROR_NTF, ROOM_CHAT_NTF, ROOM_ENTER_RES, Stream, chat, enter, log_in


def heard(socket):
    """All packets, in whatever messages; a pong and a close are told as they come."""
    stream = Stream()
    while True:
        opcode, payload = socket.recv_data(control_frame=True)
        if opcode == websocket.ABNF.OPCODE_PONG:
            print("pong")
        elif opcode == websocket.ABNF.OPCODE_CLOSE:
            print("closed:", int.from_bytes(payload[:2], "big"))
            return
        else:
            yield from stream.packets(payload)


def wait_for(packets, wanted):
    return next(body for packet_id, body in packets if packet_id == wanted)


url = sys.argv[1]
socket = websocket.create_connection(url, subprotocols=["codelab.v1"], timeout=60)
packets = heard(socket)
socket.send_binary(log_in("web") + enter(1))
wait_for(packets, ROOM_ENTER_RES)
socket.send_binary(chat("hello from python"))
wait_for(packets, ROOM_CHAT_NTF)
print("heard:", wait_for(packets, ROOM_CHAT_NTF)[10:].decode())
socket.ping("there?")
socket.send_close(websocket.STATUS_NORMAL)
for _ in packets:
    pass
socket.shutdown()

socket = websocket.create_connection(url, subprotocols=["codelab.v1"], timeout=60)
packets = heard(socket)
socket.send_binary(log_in("web") + enter(1))
wait_for(packets, ROOM_ENTER_RES)
print("again")
print("last word:", int.from_bytes(wait_for(packets, ERROR_NTF), "little"))
for _ in packets:
    pass
