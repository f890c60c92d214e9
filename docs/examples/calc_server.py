# A calculator in Python. It has one mistake.
import socket, struct, sys, threading

# ANCHOR: calculate
CALCULATE = {
    b"+": lambda left, right: left + right,
    b"-": lambda left, right: left - right,
    b"*": lambda left, right: left * right,
    b"/": lambda left, right: left // right,
    b"%": lambda left, right: left % right,
}
# ANCHOR_END: calculate


def serve(client):
    with client, client.makefile("rb") as requests:
        while header := requests.read(4):
            if len(header) < 4 or struct.unpack("<i", header)[0] != 9:
                return
            request = requests.read(9)
            if len(request) < 9 or request[:1] not in CALCULATE:
                return
            op, left, right = struct.unpack("<cii", request)
            if right == 0 and op in b"/%":
                return
            result = CALCULATE[op](left, right)
            client.sendall(struct.pack("<I", result & 0xFFFFFFFF))


host, port = sys.argv[1].split(":")
with socket.create_server((host, int(port))) as listener:
    print("listening on %s:%d" % listener.getsockname(), flush=True)
    while True:
        client, _ = listener.accept()
        threading.Thread(target=serve, args=(client,), daemon=True).start()
