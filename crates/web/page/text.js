// Text: what others typed, made safe to show; names; and what a line that was typed here asks for. The rules are those of
// the crate `text` and of the clients at a terminal, so that all show the same.

export const LONGEST_MESSAGE = 126;

/** Letters and their parts in as few characters as there are, as names and messages are compared and sent. */
export const composed = (text) => text.normalize("NFC");

// ANCHOR: printable
// What turns a line round, breaks it, or cannot be seen: but for signs that have a shape, as the Arabic number sign.
const SHAPED = "\\u0600-\\u0605\\u06dd\\u070f\\u0890\\u0891\\u08e2\\u{110bd}\\u{110cd}";
const HIDDEN = `(?![${SHAPED}])[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}\\p{Default_Ignorable_Code_Point}]`;

// It stays where it joins emoji, or letters of a script that needs it.
const SCRIPTS = "Arabic Bengali Devanagari Gujarati Gurmukhi Kannada Khmer Malayalam Mongolian Myanmar Oriya Sinhala " +
  "Syriac Tamil Telugu";
const OF_SCRIPT = `[${SCRIPTS.split(" ").map((script) => `\\p{scx=${script}}`).join("")}]`;
const LETTER = `(?!\\p{Default_Ignorable_Code_Point})(?=[\\p{L}\\p{M}])${OF_SCRIPT}`;
const PICTURE = "\\p{Extended_Pictographic}";
const JOINS = `(?<=${LETTER})[\\u200c\\u200d]|(?<=${PICTURE}[\\ufe0f\\p{Emoji_Modifier}]?)\\u200d(?=${PICTURE})|` +
  `(?<=${PICTURE})[\\ufe0e\\ufe0f]|(?<=[0-9#*])\\ufe0f(?=\\u20e3)`;
const HIDDEN_OR_JOINING = new RegExp(`(${JOINS})|${HIDDEN}`, "gu");

/** The text with every hidden character written out, as `\u{202e}`. */
export const printable = (text) =>
  text.replace(HIDDEN_OR_JOINING, (character, joining) => joining ?? `\\u{${character.codePointAt(0).toString(16)}}`);
// ANCHOR_END: printable

/** A name as it is typed and shown: in quotes, where `alice: yes` could pass for a message. */
export const asTyped = (name) => (/[\s"\\]/u.test(name) ? `"${name.replace(/["\\]/g, "\\$&")}"` : name);

/** What a line asks for: `say`, `whisper` with its `user`, or `relay`; or a `problem` in a sentence. */
export function parse(line) {
  const text = composed(line);
  if (!text.startsWith("/")) return { kind: "say", text };
  const [, word, rest] = text.match(/^(\S+)\s*(.*)$/su);
  if (word === "/relay") return { kind: "relay", text: rest };
  if (word !== "/w" && word !== "/whisper") {
    return { problem: `${word} is not a command: /w and /relay are; to begin a message with /, put a space in front` };
  }
  const named = rest.match(/^(?:"((?:[^"\\]|\\["\\])*)"|([^\s"]\S*))(?:\s+(.+))?$/su);
  if (!named) return { problem: 'a whisper is /w bob hello, or /w "bob smith" hello' };
  const [, quoted, plain, message = ""] = named;
  return { kind: "whisper", user: plain ?? quoted.replace(/\\(.)/gu, "$1"), text: message };
}

/** Words with what others typed between them: words`${name} has left` keeps the two apart. */
export const words = (strings, ...values) => ({ strings: [...strings], values: values.map(String) });
