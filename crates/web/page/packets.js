// What is said on the wire, as objects and as bytes: the table of the messages, with the names and in the order of the
// codec in Rust (crates/protocol/src/message/table.rs).
//
// It knows no connection and no page. All numbers are little-endian, and those of 64 bits are BigInts: a double cannot
// hold them. Whatever is not exactly a message is a PacketError.

export const HEADER_SIZE = 5;

export class PacketError extends Error {}

/** Reads a body from its start to its end. */
class Reader {
  constructor(bytes) {
    this.bytes = bytes;
    this.at = 0;
  }

  get left() {
    return this.bytes.length - this.at;
  }

  take(count) {
    if (count < 0 || count > this.left) {
      throw new PacketError(`a field of ${count} bytes, and ${this.left} are left`);
    }
    this.at += count;
    return this.bytes.subarray(this.at - count, this.at);
  }
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Bytes as a text; an error where they are none. */
function textOf(bytes) {
  try {
    return utf8.decode(bytes);
  } catch {
    throw new PacketError("a text that is not UTF-8");
  }
}

// ANCHOR: kinds
// A kind of field has two functions: `get` takes a value off a reader, `put` appends one to an array of bytes.

const number = (type, size) => ({
  get(reader) {
    const bytes = reader.take(size);
    return new DataView(bytes.buffer, bytes.byteOffset)[`get${type}`](0, true);
  },
  put(value, bytes) {
    const view = new DataView(new ArrayBuffer(size));
    view[`set${type}`](0, value, true);
    if (view[`get${type}`](0, true) !== value) {
      throw new PacketError(`${value} does not fit into ${size} bytes`);
    }
    bytes.push(...new Uint8Array(view.buffer));
  },
});

const i8 = number("Int8", 1);
const i16 = number("Int16", 2);
const u16 = number("Uint16", 2);
const i32 = number("Int32", 4);
const i64 = number("BigInt64", 8);
const u64 = number("BigUint64", 8);

/** Bytes behind their number. */
const bytesBehind = (length) => ({
  get: (reader) => reader.take(length.get(reader)),
  put(value, bytes) {
    length.put(value.length, bytes);
    bytes.push(...value);
  },
});

/** A text behind the number of its bytes. */
const textBehind = (length) => ({
  get: (reader) => textOf(bytesBehind(length).get(reader)),
  put: (value, bytes) => bytesBehind(length).put(new TextEncoder().encode(value), bytes),
});

const textI8 = textBehind(i8);
const textI16 = textBehind(i16);
// ANCHOR_END: kinds

/** So many bytes, no more and no less. */
const fixed = (size) => ({
  get: (reader) => reader.take(size),
  put(value, bytes) {
    if (value.length !== size) throw new PacketError(`${value.length} bytes, and ${size} are needed`);
    bytes.push(...value);
  },
});

/** A text, or bytes, filled up with zero bytes; read as bytes, since only who asked for them knows what they are. */
const padded = {
  get(reader) {
    const bytes = reader.take(16);
    return bytes.subarray(0, bytes.findLastIndex((byte) => byte !== 0) + 1);
  },
  put(value, bytes) {
    const field = typeof value === "string" ? new TextEncoder().encode(value) : value;
    if (field.length > 16) throw new PacketError(`${field.length} bytes, and 16 are allowed`);
    bytes.push(...field, ...new Uint8Array(16 - field.length));
  },
};

const rest = {
  get: (reader) => reader.take(reader.left),
  put: (value, bytes) => bytes.push(...value),
};

/** What may be missing at the end of a body. */
const optional = (kind) => ({
  get: (reader) => (reader.left === 0 ? null : kind.get(reader)),
  put: (value, bytes) => value === null || kind.put(value, bytes),
});

/** So many values, one behind the other; a count in front of them, where that is not fixed. */
const list = (count, kind) => ({
  get(reader) {
    const values = [];
    const length = typeof count === "number" ? count : count.get(reader);
    if (length < 0) throw new PacketError(`a list of ${length}`);
    while (values.length < length) values.push(kind.get(reader));
    return values;
  },
  put(values, bytes) {
    if (typeof count !== "number") count.put(values.length, bytes);
    for (const value of values) kind.put(value, bytes);
  },
});

/** Fields one behind the other: of an item, and of a whole message. */
const record = (fields) => ({
  get(reader) {
    const value = {};
    for (const [name, kind] of Object.entries(fields)) value[name] = kind.get(reader);
    return value;
  },
  put(value, bytes) {
    for (const [name, kind] of Object.entries(fields)) kind.put(value[name], bytes);
  },
});

const user = { unique_id: u64, user_id: textI8 };
const position = { epoch: u64, generation: u64, number: u64 };
const payout = { side: i8, stake: i64, returned: i64 };

/** Every message: its id, and its fields in the order of the wire. */
export const MESSAGES = {
  ECHO: [101, { bytes: rest }],
  PING_REQ: [201, { number: optional(i16) }],
  PING_RES: [202, { number: optional(i16) }],
  ERROR_NTF: [203, { error: i16 }],
  LOGIN_REQ: [701, { user_id: padded, password: padded }],
  LOGIN_RES: [702, { result: i16 }],
  ROOM_ENTER_REQ: [721, { room: i32 }],
  ROOM_ENTER_RES: [722, { result: i16, room: i32, user_unique_id: u64 }],
  ROOM_USER_LIST_NTF: [723, { users: list(i8, record(user)) }],
  ROOM_NEW_USER_NTF: [724, user],
  ROOM_LEAVE_REQ: [726, {}],
  ROOM_LEAVE_RES: [727, { result: i16 }],
  ROOM_LEAVE_USER_NTF: [728, { unique_id: u64 }],
  // ANCHOR: chat
  ROOM_CHAT_REQ: [731, { message: textI16 }],
  ROOM_CHAT_RES: [732, { result: i16 }],
  ROOM_CHAT_NTF: [733, { unique_id: u64, message: textI16 }],
  // ANCHOR_END: chat
  ROOM_RELAY_REQ: [741, { bytes: rest }],
  ROOM_RELAY_NTF: [742, { unique_id: u64, bytes: rest }],
  WHISPER_REQ: [771, { user_id: textI8, message: textI16 }],
  WHISPER_RES: [772, { result: i16 }],
  WHISPER_NTF: [773, { user_id: textI8, message: textI16 }],
  ROOM_INVITE_REQ: [781, { user_id: textI8 }],
  ROOM_INVITE_RES: [782, { result: i16 }],
  ROOM_INVITE_NTF: [783, { user_id: textI8, room: i32 }],
  ROOM_INVITE_DECLINE_REQ: [784, { user_id: textI8 }],
  ROOM_INVITE_DECLINE_NTF: [785, { user_id: textI8 }],
  ROOM_ELSEWHERE_NTF: [786, { room: i32, port: u16, host: textI8, ticket: padded }],
  SYNC_REQ: [791, {}],
  SYNC_RES: [792, { result: i16, epoch: u64 }],
  ROOM_POSITION_NTF: [793, position],
  ROOM_HISTORY_REQ: [794, position],
  ROOM_HISTORY_NTF: [795, { generation: u64, number: u64, user_id: textI8, message: textI16 }],
  ROOM_HISTORY_RES: [796, { result: i16 }],
  GAME_START_REQ: [751, {}],
  GAME_START_RES: [752, { result: i16 }],
  GAME_START_NTF: [753, {}],
  GAME_BET_REQ: [761, { side: i8 }],
  GAME_BET_RES: [762, { result: i16 }],
  GAME_BET_NTF: [763, { unique_id: u64, side: i8 }],
  GAME_RESULT_NTF: [764, {
    banker_cards: list(3, i8), player_cards: list(3, i8), player_score: i8, banker_score: i8, winner: i8,
  }],
  TABLE_NTF: [801, {
    phase: i8, time_left: i32, round: u64, shoe: u64, cards_left: i16, commitment: fixed(32),
  }],
  STAKE_REQ: [802, { round: u64, side: i8, amount: i64 }],
  STAKE_RES: [803, { result: i16, balance: i64 }],
  STAKE_NTF: [804, { unique_id: u64, side: i8, amount: i64 }],
  PAYOUT_NTF: [805, { round: u64, balance: i64, payouts: list(i8, record(payout)) }],
  HISTORY_NTF: [806, { rounds: bytesBehind(i16) }],
  CUT_REQ: [807, { position: i16 }],
  CUT_RES: [808, { result: i16 }],
  SHOE_REVEAL_NTF: [809, { shoe: u64, seed: fixed(32), cuts: list(i8, i16) }],
  BALANCE_REQ: [811, {}],
  BALANCE_RES: [812, { balance: i64 }],
};

const BY_ID = new Map(Object.entries(MESSAGES).map(([name, [id, fields]]) => [id, [name, fields]]));

/** A whole packet, header and body. */
export function encode(name, values = {}) {
  const [id, fields] = MESSAGES[name];
  const body = [];
  record(fields).put(values, body);
  const header = [];
  u16.put(HEADER_SIZE + body.length, header);
  u16.put(id, header);
  return Uint8Array.of(...header, 0, ...body);
}

/** A message with its `name`, or null for an id that is in no table: a later server may know more. */
export function decode(id, body) {
  if (!BY_ID.has(id)) return null;
  const [name, fields] = BY_ID.get(id);
  const reader = new Reader(body);
  const message = record(fields).get(reader);
  if (reader.left > 0) throw new PacketError(`${reader.left} bytes are left over in ${name}`);
  return { name, ...message };
}

// ANCHOR: frames
/** Pieces of the stream in, packets out, wherever the pieces were cut. */
export class FrameDecoder {
  #rest = new Uint8Array(0);

  constructor(maxPacket) {
    this.maxPacket = maxPacket;
  }

  /** The packets that are complete with this piece: ids and bodies. */
  *push(piece) {
    let bytes = joined(this.#rest, piece);
    while (bytes.length >= HEADER_SIZE) {
      const header = new DataView(bytes.buffer, bytes.byteOffset);
      const size = header.getUint16(0, true);
      if (size < HEADER_SIZE || size > this.maxPacket) {
        throw new PacketError(`a packet of ${size} bytes: ${HEADER_SIZE} to ${this.maxPacket} are allowed`);
      }
      if (bytes.length < size) break;
      if (header.getUint8(4) !== 0) throw new PacketError(`a packet of type ${header.getUint8(4)}`);
      yield { id: header.getUint16(2, true), body: bytes.subarray(HEADER_SIZE, size) };
      bytes = bytes.subarray(size);
    }
    this.#rest = bytes;
  }
}
// ANCHOR_END: frames

export function joined(...pieces) {
  const bytes = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}
