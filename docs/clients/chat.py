"""The conversation, the same in every codec: what is said, heard and printed."""
import queue, sys, threading, unicodedata

from packets import (CHAT_NTF, CHAT_REQ, ELSEWHERE_NTF, ENTER_REQ, ENTER_RES, ERRORS, LEAVE_REQ, LEAVE_RES,
                     LEAVE_USER_NTF, LOGIN_REQ, LOGIN_RES, NEW_USER_NTF, PING_REQ, USER_LIST_NTF, packet, packets,
                     printable, read)

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

def show(line):
    print(printable(line), flush=True)

# ANCHOR: chat
def chat(connection, encode, decode, flags, ticket):  # a thread waits for the server, one for the keyboard
    events, names, to_hear = queue.Queue(), {}, flags.listen or -1
    def wait_for(source):
        threading.Thread(target=feed, args=[events, source], daemon=True).start()

    wait_for(read(packets(connection), decode))
    events.put((LOGIN_REQ, (flags.name, ticket)))
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
            return None, ""
        elif packet_id == ELSEWHERE_NTF:  # another server has the room, and this ticket is good there
            room, host, port, ticket = value
            show(f"* room {room} is on another server: moving to {host}:{port}")
            return (host, port), ticket
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
