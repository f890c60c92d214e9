// Packets by the page's own codec, without a browser: `node packets.mjs write alice 1 hi` writes a conversation,
// `node packets.mjs read 7` reads packets from pieces of 7 bytes.
import { readFileSync } from "node:fs";
import { decode, encode, FrameDecoder, joined } from "../../crates/web/page/packets.js";

const [mode, ...rest] = process.argv.slice(2);

function write(user_id, room, message) {
  const login = encode("LOGIN_REQ", { user_id, password: "" });
  const enter = encode("ROOM_ENTER_REQ", { room: Number(room) });
  process.stdout.write(joined(login, enter, encode("ROOM_CHAT_REQ", { message })));
}

// ANCHOR: read
function read(size) {
  const bytes = readFileSync(0);
  const decoder = new FrameDecoder(1024);
  for (let at = 0; at < bytes.length; at += size) {
    for (const { id, body } of decoder.push(bytes.subarray(at, at + size))) {
      const { name, ...fields } = decode(id, body);
      console.log(name, JSON.stringify(fields, (_, value) => (typeof value === "bigint" ? `${value}n` : value)));
    }
  }
}
// ANCHOR_END: read

if (mode === "write") write(...rest);
else read(Number(rest[0] ?? 4096));
