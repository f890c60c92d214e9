// Text: what others typed, made safe to show; names; and what a line that was typed here asks for.
//
// The rules are those of the crate `text` and of the clients at a terminal, so that all show the same.

/** The most bytes of a name, of a message and of a relay that this page sends. */
export const LONGEST_NAME = 16;
export const LONGEST_MESSAGE = 126;

export const bytesOf = (text) => new TextEncoder().encode(text);

/** Letters and their parts in as few characters as there are, as names and messages are compared and sent. */
export const composed = (text) => text.normalize("NFC");

// ANCHOR: printable
// What turns a line round, breaks it, or cannot be seen: but for signs that have a shape, as the Arabic number sign.
const HIDDEN = new RegExp(
  "(?![\\u0600-\\u0605\\u06dd\\u070f\\u0890\\u0891\\u08e2\\u{110bd}\\u{110cd}])" +
    "[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}\\p{Default_Ignorable_Code_Point}]",
  "gu",
);

/** The text with every hidden character written out, as `\u{202e}`. */
export function printable(text) {
  return text.replace(HIDDEN, (character, at) => {
    const [before, behind] = [text.slice(0, at), text.slice(at + character.length)];
    return joins(before, character, behind) ? character : `\\u{${character.codePointAt(0).toString(16)}}`;
  });
}
// ANCHOR_END: printable

const SCRIPTS = [
  "Arabic", "Bengali", "Devanagari", "Gujarati", "Gurmukhi", "Kannada", "Khmer", "Malayalam", "Mongolian", "Myanmar",
  "Oriya", "Sinhala", "Syriac", "Tamil", "Telugu",
];
const LETTER = `(?!\\p{Default_Ignorable_Code_Point})(?=[\\p{L}\\p{M}])[${SCRIPTS.map((s) => `\\p{scx=${s}}`).join("")}]`;
const PICTURE = "\\p{Extended_Pictographic}";
const ends = (pattern) => new RegExp(`(?:${pattern})$`, "u");
const ENDS_IN_LETTER = ends(LETTER);
const ENDS_IN_PICTURE = ends(PICTURE);
const ENDS_IN_STYLED_PICTURE = ends(`${PICTURE}[\\ufe0f\\p{Emoji_Modifier}]?`);
const BEGINS_WITH_PICTURE = new RegExp(`^${PICTURE}`, "u");

/** Whether an invisible character joins what stands at its sides, as in Persian and in families of emoji. */
function joins(before, character, behind) {
  switch (character) {
    case "\u200c":
      return ENDS_IN_LETTER.test(before);
    case "\u200d":
      return ENDS_IN_LETTER.test(before) || (ENDS_IN_STYLED_PICTURE.test(before) && BEGINS_WITH_PICTURE.test(behind));
    case "\ufe0e":
      return ENDS_IN_PICTURE.test(before);
    case "\ufe0f":
      return ENDS_IN_PICTURE.test(before) || (/[0-9#*]$/.test(before) && behind.startsWith("\u20e3"));
    default:
      return false;
  }
}

/** A name as it is typed and shown: in quotes, where `alice: yes` could pass for a message. */
export function asTyped(name) {
  return /[\s"\\]/u.test(name) ? `"${name.replace(/["\\]/g, "\\$&")}"` : name;
}

/** What a line asks for: `say`, `whisper` with its `user`, or `relay`; or a `problem` in a sentence. */
export function parse(line) {
  const text = composed(line);
  if (!text.startsWith("/")) return { kind: "say", text };
  const [, word, rest] = text.match(/^(\S+)\s*(.*)$/su);
  if (word === "/relay") return { kind: "relay", text: rest };
  if (word !== "/w" && word !== "/whisper") {
    return { problem: `${word} is not a command: /w and /relay are; a message may begin with a space and then /` };
  }
  const named = rest.match(/^(?:"((?:[^"\\]|\\["\\])*)"|([^\s"]\S*))(?:\s+(.+))?$/su);
  if (!named) return { problem: 'a whisper is /w bob hello, or /w "bob smith" hello' };
  const [, quoted, plain, message = ""] = named;
  return { kind: "whisper", user: plain ?? quoted.replace(/\\(.)/gu, "$1"), text: message };
}

/** Words with what others typed between them: the template `words\`${name} has left\`` keeps the two apart. */
export const words = (strings, ...values) => ({ strings: [...strings], values: values.map(String) });

/** The same as one text, safe to show. */
export const plain = ({ strings, values }) =>
  strings.map((string, at) => string + printable(values[at] ?? "")).join("");
