"""The program, the same in every codec: its arguments, and the connection."""
import argparse, contextlib, signal, socket, sys

from account import password, place, place_again
from chat import chat, composed, show
from kept import Kept
from secure import Secure

def named(server, parser):
    host, colon, port = server.rpartition(":")
    if not (colon and port.isdecimal()):
        parser.error(f"expected HOST:PORT, as in 127.0.0.1:11021, and not {server}")
    return host.strip("[]"), port

def connection_to(server, flags):
    connection = socket.create_connection(server, timeout=10)
    if flags.tls or (flags.api or "").startswith("https:"):  # the ticket must not be read on the way either
        return Secure(connection, server[0], flags.tls_ca)
    connection.settimeout(None)
    return connection

def main(encode, decode):
    api = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    api.add_argument("--api", metavar="URL", help="an API server that finds the game server; leave HOST:PORT out then")
    api.add_argument("--match", metavar="SIZE", type=int, help="wait for others, 2 to 8 with you; leave ROOM out then")
    parser = argparse.ArgumentParser(description="Says the messages, or each line of its input.", parents=[api])
    known = api.parse_known_args()[0]
    if not known.api:
        parser.add_argument("server", metavar="HOST:PORT")
    parser.add_argument("name", metavar="NAME")
    if not known.match:
        parser.add_argument("room", metavar="ROOM", type=int)
    parser.add_argument("message", metavar="MESSAGE", nargs="*")
    parser.add_argument("--listen", metavar="COUNT", type=int, help="end when this many messages were heard")
    parser.add_argument("--tls", action="store_true", help="speak TLS with the server")
    parser.add_argument("--tls-ca", metavar="FILE", help="believe these authorities, and not those of the system")
    parser.add_argument("--register", action="store_true", help="make the account first, with --api")
    flags = parser.parse_intermixed_args()
    flags.name = composed(flags.name)
    if not 1 <= len(flags.name.encode()) <= 16:
        parser.error("a name has 1 to 16 bytes")
    if flags.listen is not None and flags.listen < 1:
        parser.error("--listen needs 1 or more")
    if flags.match is not None and not (flags.api and 2 <= flags.match <= 8):
        parser.error("--match needs --api, and 2 to 8 players")
    if not (flags.match or -2**31 <= flags.room < 2**31):
        parser.error("a room is a number of 32 bits")
    sys.stdin.reconfigure(encoding="utf-8-sig", errors="replace")  # a byte order mark is no part of a message
    sys.stdout.reconfigure(encoding="utf-8", errors="replace")
    # ANCHOR: main
    try:
        if flags.api:
            secret = password(flags.name, flags.register)
            server, flags.room, ticket = place(flags, secret)
        else:
            server, ticket = named(flags.server, parser), ""
        signal.signal(signal.SIGINT, signal.SIG_DFL)  # Ctrl-C just ends it from now on
        kept = Kept(flags.listen)
        while server:  # there is another one, where a room is on another server
            try:
                with contextlib.closing(connection_to(server, flags)) as connection:
                    server, ticket = chat(connection, encode, decode, flags, ticket, kept)
            except OSError as error:
                if not (flags.api and kept.at):  # nobody would know what it has missed
                    raise
                show(f"* connection lost: {error}")
                kept.lost()
                server, ticket = place_again(flags, secret)
    except ConnectionRefusedError:
        sys.exit(f"{parser.prog}: nobody listens on {server[0]}:{server[1]}: is the server running?")
    except (OSError, ValueError) as error:
        sys.exit(f"{parser.prog}: {error}")
    except KeyboardInterrupt:
        sys.exit(f"{parser.prog}: interrupted")
    # ANCHOR_END: main
