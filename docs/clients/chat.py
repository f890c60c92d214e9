"""The conversation, the same in every codec: what is said, heard and printed."""
import queue, sys, threading, unicodedata

from packets import (CHAT_NTF, CHAT_REQ, CHAT_RES, ELSEWHERE_NTF, ENTER_REQ, ENTER_RES, ERROR_NTF, ERRORS, GAP,
                     HISTORY_NTF, HISTORY_REQ, HISTORY_RES, LEAVE_REQ, LEAVE_RES, LEAVE_USER_NTF, LOGIN_REQ, LOGIN_RES,
                     NEW_USER_NTF, PING_REQ, POSITION_NTF, SYNC_REQ, SYNC_RES, USER_LIST_NTF, packet, packets,
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
def chat(connection, encode, decode, flags, ticket, kept):  # a thread waits for the server, one for the keyboard
    events, names, own_id, is_in = kept.events, {}, 0, False
    def wait_for(source):
        threading.Thread(target=feed, args=[events, source], daemon=True).start()

    def send(*requests):  # in one write
        connection.sendall(b"".join(packet(packet_id, b"" if value is None else encode(packet_id, value))
                                    for packet_id, value in requests))

    def ask(packet_id, value):
        kept.said += [value] * (packet_id == CHAT_REQ)
        kept.is_leaving |= packet_id == LEAVE_REQ
        send((packet_id, value))

    wait_for(read(packets(connection), decode))
    opening, comes_back = [(LOGIN_REQ, (flags.name, ticket))], kept.at
    if comes_back:  # at once: nothing must be said between what was missed and what is new
        opening += [(SYNC_REQ, None), (ENTER_REQ, flags.room), (HISTORY_REQ, kept.at)]
    send(*opening)
    while True:
        try:
            packet_id, value = events.get(timeout=30)
        except queue.Empty:  # nobody talks: the server must see that we are there
            packet_id, value = PING_REQ, None
        lines = []
        if packet_id is None:
            raise value
        if packet_id in (CHAT_REQ, LEAVE_REQ) and not is_in:
            kept.waiting.append((packet_id, value))
        elif packet_id in (PING_REQ, CHAT_REQ, LEAVE_REQ):
            ask(packet_id, value)
        elif packet_id == LEAVE_RES:
            return None, ""
        elif packet_id == ELSEWHERE_NTF:  # another server has the room, and this ticket is good there
            room, host, port, ticket = value
            show(f"* room {room} is on another server: moving to {host}:{port}")
            return (host, port), ticket
        elif kept.to_hear == 0:
            continue  # it has heard enough, and is about to leave
        elif packet_id == LOGIN_RES and not comes_back:
            sync = [(SYNC_REQ, None)] if flags.api else []  # who cannot come back has no use for a position
            send(*sync, (ENTER_REQ, flags.room))
        elif packet_id == SYNC_RES:
            kept.epoch = value[1]
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
            own_id, is_in, kept.known = value[1], not comes_back, kept.since if comes_back else None
            if not kept.is_typing:
                kept.is_typing = True
                wait_for(typed(flags))
        elif packet_id == CHAT_NTF:
            own = [value[1]] * (value[0] == own_id)
            lines = kept.hears(f"{names.get(value[0], value[0])}: {value[1]}", own)
        elif packet_id == CHAT_RES:
            kept.answered()
        elif packet_id == POSITION_NTF:
            kept.stands(value)
        elif packet_id == HISTORY_NTF:
            generation, number, user, message = value
            kept.told(generation, number, f"{user}: {message}", [message] * (user == flags.name))
        elif packet_id in (HISTORY_RES, ERROR_NTF) and kept.known is not None:
            lines, again, unknown = kept.told_all(value[0] == 1)
            if value[0] == GAP:
                show("* what was said while you were away is not kept any more")
            elif lines and not unknown:
                show(f"* {len(lines)} message{'s' * (len(lines) > 1)} while you were away")
            for text in unknown:
                show(f"! not known whether it has arrived: {text}")
            is_in, waiting, kept.waiting = True, kept.waiting, []
            for request in [(CHAT_REQ, text) for text in again] + waiting:
                ask(*request)
        for line in lines:
            show(line)
            kept.to_hear -= 1
            if kept.to_hear == 0:
                events.put((LEAVE_REQ, None))
# ANCHOR_END: chat
