"""A client of chat-server: python3 chat_client.py HOST:PORT NAME ROOM. Each line of input is a message."""
import socket, struct, sys, threading, unicodedata

ERROR_NTF, LOGIN_REQ, LOGIN_RES, ROOM_ENTER_REQ, ROOM_ENTER_RES = 203, 701, 702, 721, 722
USER_LIST_NTF, NEW_USER_NTF, LEAVE_USER_NTF, WHISPER_NTF = 723, 724, 728, 773
CHAT_REQ, CHAT_RES, CHAT_NTF = 731, 732, 733

# ANCHOR: packets
def send(connection, packet_id, body):
    connection.sendall(struct.pack("<HHB", 5 + len(body), packet_id, 0) + body)

def receive(stream):  # the id and the body of the next packet, or None at the end
    header = stream.read(5)
    if len(header) < 5:
        return None
    size, packet_id, _ = struct.unpack("<HHB", header)
    return packet_id, stream.read(size - 5)

def text(body, at, length):  # the text behind its length, and where the next field begins
    start = at + struct.calcsize(length)
    end = start + struct.unpack_from(length, body, at)[0]
    return body[start:end].decode(), end
# ANCHOR_END: packets

# ANCHOR: show
def show(line):  # control characters of others are shown, not obeyed
    print("".join(c if c.isprintable() else f"\\u{{{ord(c):x}}}" for c in line), flush=True)

def notified(packet_id, body, names):
    if packet_id in (ERROR_NTF, LOGIN_RES, ROOM_ENTER_RES, CHAT_RES):
        if (result := struct.unpack_from("<h", body)[0]) != 1:
            show(f"! packet {packet_id} says {result}")
    elif packet_id in (USER_LIST_NTF, NEW_USER_NTF):
        count, at = (body[0], 1) if packet_id == USER_LIST_NTF else (1, 0)
        for _ in range(count):
            (unique_id,) = struct.unpack_from("<Q", body, at)
            names[unique_id], at = text(body, at + 8, "<b")
            show(f"* {names[unique_id]} is here")
    elif packet_id == LEAVE_USER_NTF:
        show(f"* {names.pop(struct.unpack('<Q', body)[0])} has left")
    elif packet_id == CHAT_NTF:
        show(f"{names.get(struct.unpack_from('<Q', body)[0], 'you')}: {text(body, 8, '<h')[0]}")
    elif packet_id == WHISPER_NTF:
        user, at = text(body, 0, "<b")
        show(f"{user} whispers: {text(body, at, '<h')[0]}")
# ANCHOR_END: show

# ANCHOR: arguments
def arguments():
    try:
        address, name, room = sys.argv[1:]
        host, port = address.rsplit(":", 1)
        room = struct.pack("<i", int(room))
        port = int(port)
    except (ValueError, struct.error):
        sys.exit("expected HOST:PORT NAME ROOM, as in: chat_client.py 127.0.0.1:11021 alice 1")
    name = unicodedata.normalize("NFC", name).encode()  # as the server compares names
    if not 1 <= len(name) <= 16:
        sys.exit(f"a name has 1 to 16 bytes, and this one has {len(name)}")
    return host.strip("[]"), port, name, room

def connect(host, port):
    try:
        return socket.create_connection((host, port))
    except (OSError, OverflowError) as error:
        sys.exit(f"cannot connect to {host} at port {port}: {error}: is the server running?")
# ANCHOR_END: arguments

# ANCHOR: main
def send_input(connection):
    sys.stdin.reconfigure(encoding="utf-8-sig")  # a byte order mark in front is no part of the text
    for line in sys.stdin:
        message = line.rstrip("\n").encode()
        send(connection, CHAT_REQ, struct.pack("<h", len(message)) + message)
    connection.shutdown(socket.SHUT_WR)  # nothing more to say; what comes is still read

host, port, name, room = arguments()
connection = connect(host, port)
send(connection, LOGIN_REQ, struct.pack("<16s16s", name, b""))
send(connection, ROOM_ENTER_REQ, room)
threading.Thread(target=send_input, args=[connection], daemon=True).start()
names, stream = {}, connection.makefile("rb")
while packet := receive(stream):
    notified(*packet, names)
# ANCHOR_END: main
