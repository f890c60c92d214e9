// What is said on the wire, as objects and as bytes: the table of the messages, with the names and in the order of the
// codec in Rust (crates/protocol/src/message/table.rs).
//
// It knows no connection and no page. All numbers are little-endian, and those of 64 bits are BigInts: a double cannot
// hold them. Whatever is not exactly a message is a PacketError.

export const HEADER_SIZE = 5;

export class PacketError extends Error {}

const expect = (isRight, problem) => {
  if (!isRight) throw new PacketError(problem);
};

/** Takes bytes off the front of what is `left` of a body. */
function take(body, count) {
  const bytes = body.left;
  expect(count >= 0 && count <= bytes.length, `a field of ${count} bytes, and ${bytes.length} are left`);
  body.left = bytes.subarray(count);
  return bytes.subarray(0, count);
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

export const bytesOf = (text) => new TextEncoder().encode(text);

// ANCHOR: kinds
// A kind of field has two functions: `get` takes a value off a body, `put` appends one to an array of bytes.

const number = (type, size) => ({
  get(body) {
    const bytes = take(body, size);
    return new DataView(bytes.buffer, bytes.byteOffset)[`get${type}`](0, true);
  },
  put(value, bytes) {
    const view = new DataView(new ArrayBuffer(size));
    view[`set${type}`](0, value, true);
    expect(view[`get${type}`](0, true) === value, `${value} does not fit into ${size} bytes`);
    bytes.push(...new Uint8Array(view.buffer));
  },
});

const [i8, i16, i32, i64] = [number("Int8", 1), number("Int16", 2), number("Int32", 4), number("BigInt64", 8)];
const [u16, u64] = [number("Uint16", 2), number("BigUint64", 8)];

/** Bytes behind their number, or so many as it says here. */
const bytesBehind = (length) => ({
  get: (body) => take(body, length.get?.(body) ?? length),
  put(value, bytes) {
    length.put?.(value.length, bytes);
    bytes.push(...value);
  },
});

/** A text behind the number of its bytes. */
const textBehind = (length) => ({
  get(body) {
    const bytes = bytesBehind(length).get(body);
    try {
      return utf8.decode(bytes);
    } catch {
      throw new PacketError("a text that is not UTF-8");
    }
  },
  put: (value, bytes) => bytesBehind(length).put(bytesOf(value), bytes),
});
// ANCHOR_END: kinds

const [textI8, textI16, hash] = [textBehind(i8), textBehind(i16), bytesBehind(32)];

/** A text, or bytes, filled up with zero bytes; read as bytes, since only who asked for them knows what they are. */
const padded = {
  get(body) {
    const bytes = take(body, 16);
    return bytes.subarray(0, bytes.findLastIndex((byte) => byte !== 0) + 1);
  },
  put(value, bytes) {
    const field = typeof value === "string" ? bytesOf(value) : value;
    expect(field.length <= 16, `${field.length} bytes, and 16 are allowed`);
    bytes.push(...field, ...new Uint8Array(16 - field.length));
  },
};

/** All bytes up to the end of the body. */
const rest = bytesBehind({ get: (body) => body.left.length });

/** What may be missing at the end of a body. */
const optional = (kind) => ({
  get: (body) => (body.left.length === 0 ? null : kind.get(body)),
  put: (value, bytes) => value === null || kind.put(value, bytes),
});

/** Values one behind the other; a count in front of them, or so many as it says here. */
const list = (count, kind) => ({
  get(body) {
    const length = count.get?.(body) ?? count;
    expect(length >= 0, `a list of ${length}`);
    return Array.from({ length }, () => kind.get(body));
  },
  put(values, bytes) {
    count.put?.(values.length, bytes);
    for (const value of values) kind.put(value, bytes);
  },
});

/** Fields one behind the other: of an item, and of a whole message. */
const record = (fields) => ({
  get: (body) => Object.fromEntries(Object.entries(fields).map(([name, kind]) => [name, kind.get(body)])),
  put: (value, bytes) => Object.entries(fields).forEach(([name, kind]) => kind.put(value[name], bytes)),
});

const [user, payout] = [{ unique_id: u64, user_id: textI8 }, { side: i8, stake: i64, returned: i64 }];
const [position, hand] = [{ epoch: u64, generation: u64, number: u64 }, list(3, i8)];

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
  GAME_RESULT_NTF: [764, { banker_cards: hand, player_cards: hand, player_score: i8, banker_score: i8, winner: i8 }],
  TABLE_NTF: [801, { phase: i8, time_left: i32, round: u64, shoe: u64, cards_left: i16, commitment: hash }],
  STAKE_REQ: [802, { round: u64, side: i8, amount: i64 }],
  STAKE_RES: [803, { result: i16, balance: i64 }],
  STAKE_NTF: [804, { unique_id: u64, side: i8, amount: i64 }],
  PAYOUT_NTF: [805, { round: u64, balance: i64, payouts: list(i8, record(payout)) }],
  HISTORY_NTF: [806, { rounds: bytesBehind(i16) }],
  CUT_REQ: [807, { position: i16 }],
  CUT_RES: [808, { result: i16 }],
  SHOE_REVEAL_NTF: [809, { shoe: u64, seed: hash, cuts: list(i8, i16) }],
  BALANCE_REQ: [811, {}],
  BALANCE_RES: [812, { balance: i64 }],
};

const BY_ID = new Map(Object.entries(MESSAGES).map(([name, [id, fields]]) => [id, [name, fields]]));

/** A whole packet, header and body. */
export function encode(name, values = {}) {
  const [id, fields] = MESSAGES[name];
  const [header, body] = [[], []];
  record(fields).put(values, body);
  u16.put(HEADER_SIZE + body.length, header);
  u16.put(id, header);
  return Uint8Array.of(...header, 0, ...body);
}

/** A message with its `name`, or null for an id that is in no table: a later server may know more. */
export function decode(id, bytes) {
  if (!BY_ID.has(id)) return null;
  const [[name, fields], body] = [BY_ID.get(id), { left: bytes }];
  const message = record(fields).get(body);
  expect(body.left.length === 0, `${body.left.length} bytes are left over in ${name}`);
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
      const [size, id, type] = [header.getUint16(0, true), header.getUint16(2, true), header.getUint8(4)];
      expect(size >= HEADER_SIZE, `a packet of ${size} bytes, smaller than its header`);
      expect(size <= this.maxPacket, `a packet of ${size} bytes, larger than the ${this.maxPacket} allowed`);
      if (bytes.length < size) break;
      expect(type === 0, `a packet of type ${type}`);
      yield { id, body: bytes.subarray(HEADER_SIZE, size) };
      bytes = bytes.subarray(size);
    }
    this.#rest = bytes;
  }
}
// ANCHOR_END: frames

export const joined = (...pieces) => Uint8Array.from(pieces.flatMap((piece) => [...piece]));
