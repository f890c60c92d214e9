"""The conversation, the same in every codec: what is said, heard and printed."""
import argparse, queue, signal, socket, sys, threading, unicodedata

from packets import (CHAT_NTF, CHAT_REQ, ENTER_REQ, ENTER_RES, ERRORS, LEAVE_REQ, LEAVE_RES, LEAVE_USER_NTF,
                     LOGIN_REQ, LOGIN_RES, NEW_USER_NTF, PING_REQ, USER_LIST_NTF, packet, packets, read)

def composed(text):  # letters and their accents as one character each, as the server compares names
    return unicodedata.normalize("NFC", text)

def typed(flags):  # what the user says
    for line in flags.message or sys.stdin:
        message = composed(line.rstrip("\r\n"))
        if len(message.encode()) > 126:
            raise ValueError(f"{ERRORS[151]}, and this one {len(message.encode())}")
        if message.strip():
            yield CHAT_REQ, message
    if not flags.listen:
        yield LEAVE_REQ, None

def feed(events, source):
    try:
        for event in source:
            events.put(event)
    except (OSError, ValueError) as error:
        events.put((None, error))

def show(line):  # control characters of others are shown, not obeyed
    print("".join(c if c.isprintable() else f"\\u{{{ord(c):x}}}" for c in line), flush=True)

# ANCHOR: chat
def chat(connection, encode, decode, flags):  # a thread waits for the server, one for the keyboard
    events, names, to_hear = queue.Queue(), {}, flags.listen or -1
    def wait_for(source):
        threading.Thread(target=feed, args=[events, source], daemon=True).start()

    wait_for(read(packets(connection), decode))
    events.put((LOGIN_REQ, flags.name))
    while True:
        try:
            packet_id, value = events.get(timeout=30)
        except queue.Empty:  # nobody talks: the server must see that we are there
            packet_id, value = PING_REQ, None
        if packet_id is None:
            raise value
        if packet_id in (PING_REQ, LOGIN_REQ, ENTER_REQ, LEAVE_REQ, CHAT_REQ):
            connection.sendall(packet(packet_id, b"" if value is None else encode(packet_id, value)))
        elif packet_id == LEAVE_RES:
            return
        elif to_hear == 0:
            continue  # it has heard enough, and is about to leave
        elif packet_id == LOGIN_RES:
            events.put((ENTER_REQ, flags.room))
        elif packet_id == USER_LIST_NTF:
            names.update(value)
        elif packet_id == NEW_USER_NTF:
            names.update(value)
            show(f"* {', '.join(value.values())} has entered")
        elif packet_id == LEAVE_USER_NTF:
            show(f"* {names.pop(value, value)} has left")
        elif packet_id == ENTER_RES:
            company = f"with {', '.join(names.values())}" if names else "alone"
            show(f"* you are in room {flags.room}, {company}")
            names[value[1]] = flags.name
            wait_for(typed(flags))
        elif packet_id == CHAT_NTF:
            show(f"{names.get(value[0], value[0])}: {value[1]}")
            to_hear -= 1
            if to_hear == 0:
                events.put((LEAVE_REQ, None))
# ANCHOR_END: chat

def main(encode, decode):
    parser = argparse.ArgumentParser(description="Says the messages, or each line of its input.")
    parser.add_argument("server", metavar="HOST:PORT")
    parser.add_argument("name", metavar="NAME")
    parser.add_argument("room", metavar="ROOM", type=int)
    parser.add_argument("message", metavar="MESSAGE", nargs="*")
    parser.add_argument("--listen", metavar="COUNT", type=int, help="end when this many messages were heard")
    flags = parser.parse_intermixed_args()
    flags.name = composed(flags.name)
    if not 1 <= len(flags.name.encode()) <= 16:
        parser.error("a name has 1 to 16 bytes")
    if flags.listen is not None and flags.listen < 1:
        parser.error("--listen needs 1 or more")
    if not -2**31 <= flags.room < 2**31:
        parser.error("a room is a number of 32 bits")
    sys.stdin.reconfigure(encoding="utf-8-sig", errors="replace")  # a byte order mark is no part of a message
    sys.stdout.reconfigure(encoding="utf-8", errors="replace")
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # Ctrl-C just ends it
    host, colon, port = flags.server.rpartition(":")
    if not (colon and port.isdecimal()):
        parser.error(f"expected HOST:PORT, as in 127.0.0.1:11021, and not {flags.server}")
    try:
        with socket.create_connection((host.strip("[]"), port), timeout=10) as connection:
            connection.settimeout(None)
            chat(connection, encode, decode, flags)
    except ConnectionRefusedError:
        sys.exit(f"{parser.prog}: nobody listens on {flags.server}: is the server running?")
    except (OSError, ValueError) as error:
        sys.exit(f"{parser.prog}: {error}")
