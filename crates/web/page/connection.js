// A connection to a game server: packets out, packets in, and why it ended; and how long to wait before the next one. A
// WebSocket brings messages, but their borders mean nothing here: each is a piece of one stream of packets, as what a
// read from a TCP socket brings. What a packet means is known in session.js.

import { encode, FrameDecoder, joined, PacketError } from "./packets.js";

/** A sign of life is sent so often, in milliseconds: a server closes whoever is silent for two minutes. */
const PING_EVERY = 30_000;

/** One connection. It tells its listener `opened()`, `packet(id, body)` for each packet, and in the end `closed(why)`. */
export class Connection {
  #socket;
  #frames;
  #listener;
  #pings;
  #wasOpen = false;
  /** Something has come since the last sign of life was asked for. */
  #isAnswered = true;

  constructor(url, maxPacket, listener) {
    this.#listener = listener;
    this.#frames = new FrameDecoder(maxPacket);
    this.#socket = new WebSocket(url, "codelab.v1");
    this.#socket.binaryType = "arraybuffer";
    this.#socket.onopen = () => {
      this.#wasOpen = true;
      listener.opened();
    };
    this.#socket.onmessage = (event) => this.#take(event.data);
    // Its code (RFC 6455, 7.4.1) is for those who look for a fault: a server says why in a packet before it.
    this.#socket.onclose = ({ code }) =>
      this.#end(this.#wasOpen ? `the connection is lost (WebSocket code ${code})` : "the server cannot be reached");
    this.#pings = setInterval(() => this.#ping(), PING_EVERY);
  }

  /** Sends packets in one message. */
  send = (...packets) => this.#socket?.send(joined(...packets));

  /** Ends it from this side; the listener hears no more of it. */
  close() {
    const socket = this.#socket;
    if (!socket) return;
    this.#socket = null;
    clearInterval(this.#pings);
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
  }

  // ANCHOR: take
  /** A piece of the stream. */
  #take(piece) {
    this.#isAnswered = true;
    try {
      if (typeof piece === "string") throw new PacketError("a text");
      for (const { id, body } of this.#frames.push(new Uint8Array(piece))) {
        if (this.#socket) this.#listener.packet(id, body);
      }
    } catch (error) {
      if (!(error instanceof PacketError)) throw error;
      this.#end(`the server sent what is no packet: ${error.message}`);
    }
  }
  // ANCHOR_END: take

  #ping() {
    if (!this.#isAnswered || !this.#wasOpen) return this.#end("the server does not answer");
    this.#isAnswered = false;
    this.send(encode("PING_REQ", { number: null }));
  }

  #end(why) {
    if (!this.#socket) return;
    this.close();
    this.#listener.closed(why);
  }
}

/** Waits between attempts, in milliseconds. */
const [FIRST_WAIT, LONGEST_WAIT] = [500, 15_000];

// ANCHOR: back-off
/** The waits between attempts: longer each time, and never those of all pages at the same moment. */
export class BackOff {
  #next = FIRST_WAIT;

  constructor(random = Math.random) {
    this.random = random;
  }

  /** Between half of the next wait and all of it, by chance; `atLeast` is what the other side wants. */
  next(atLeast = 0) {
    const half = this.#next / 2;
    this.#next = Math.min(LONGEST_WAIT, this.#next * 2);
    return Math.max(half + half * this.random(), atLeast);
  }

  /** A connection has lasted for so long: where that was long enough, the next loss is the first again. */
  after(lasted) {
    if (lasted >= LONGEST_WAIT) this.#next = FIRST_WAIT;
  }
}
// ANCHOR_END: back-off
