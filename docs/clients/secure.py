"""A connection through TLS: ssl of the standard library, and one thread that reads while another writes."""
import select, ssl, threading

class Secure:  # an SSLSocket is not made for two threads at once: each call is short, and has the lock
    def __init__(self, connection, host, authority):
        context = ssl.create_default_context(cafile=authority)
        self.connection = context.wrap_socket(connection, server_hostname=host, suppress_ragged_eofs=False)
        self.connection.setblocking(False)
        self.lock = threading.Lock()
        self.close = self.connection.close

    # ANCHOR: io
    def recv(self, size):
        while True:
            try:
                with self.lock:
                    return self.connection.recv(size)
            except ssl.SSLWantReadError:  # not a whole record yet
                select.select([self.connection], [], [])

    def sendall(self, data):
        while data:
            try:
                with self.lock:
                    data = data[self.connection.send(data):]
            except ssl.SSLWantWriteError:
                select.select([], [self.connection], [])
    # ANCHOR_END: io
