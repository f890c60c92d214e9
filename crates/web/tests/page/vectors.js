// What the crates in Rust say, see vectors.rs; and what the tests share.

import { readFileSync } from "node:fs";
import { webcrypto } from "node:crypto";

import { printable } from "../../page/text.js";

// Node 18 has it under this name alone.
globalThis.crypto ??= webcrypto;

export const vectors = JSON.parse(readFileSync(process.env.PAGE_VECTORS, "utf8"));

/** Words as one text, as it is shown. */
export const plain = ({ strings, values }) =>
  strings.map((string, at) => string + printable(values[at] ?? "")).join("");

export const unhex = (text) => Uint8Array.from(text.match(/../gu) ?? [], (digits) => parseInt(digits, 16));
