// How far a durable room has been heard, and what was said there without an answer, so that who comes back misses nothing
// and says nothing twice. In a room that is not durable it only knows what may be lost.

import { asTyped, words } from "./text.js";

const START = { epoch: 0n, generation: 0n, number: 0n };

export class RoomLog {
  /** Null where the server keeps no messages; undefined where it has not said yet. */
  #epoch;
  #room = null;
  /** The last that was told of the room, null where none was; and how many messages were heard since. */
  #position = null;
  #since = 0;
  /** While the history comes: whether nothing of it has yet, whether the user was here before, and where the log is. */
  #history = null;
  /** What was said here and not heard back. */
  #unsaid = [];

  constructor(tell) {
    this.tell = tell;
  }

  arrived = () => (this.#epoch = undefined);
  said = (text) => this.#unsaid.push(text);
  forgetUnsaid = () => (this.#unsaid = []);

  synced(epoch) {
    this.#epoch = epoch;
    if (epoch === null) this.#doubt();
  }

  /** What to ask for behind an entry; null where nothing is kept. */
  request(room) {
    if (this.#epoch === null) return null;
    if (this.#room !== room) this.#position = null;
    if (this.#position === null) this.#since = 0;
    this.#room = room;
    this.#history = { isEmpty: true, isReturn: this.#position !== null, end: null };
    return this.#position ?? START;
  }

  /** A message of the room; its text, where it is our own. */
  heard(own) {
    this.#since += 1;
    this.unsaid(own);
  }

  /** What was heard, or refused, is not said again. */
  unsaid(text) {
    const at = this.#unsaid.indexOf(text);
    if (at >= 0) this.#unsaid.splice(at, 1);
  }

  // ANCHOR: past
  /** A message of the history. The first of them may have been heard before the connection was lost. */
  past({ generation, number, user_id: user, message }, isOwn) {
    this.#position = { epoch: this.#epoch ?? 0n, generation, number };
    if (this.#since > 0) return void (this.#since -= 1);
    if (isOwn) this.unsaid(message);
    if (this.#history?.isEmpty && this.#history.isReturn) this.tell("line", words`said while you were away`);
    if (this.#history) this.#history.isEmpty = false;
    this.tell("message", words`${asTyped(user)}: ${message}`);
  }

  /** All of the history has come. What is not in it was never stored, and is said again. */
  isComplete(say) {
    if (this.#history?.isEmpty === false) this.tell("line", words`new from here on`);
    this.#ends(this.#position);
    for (const text of this.#unsaid.splice(0)) say(text);
  }
  // ANCHOR_END: past

  /** Where the log is. While the history comes, that counts only when all before it has come. */
  isAt({ epoch, generation, number }) {
    const position = { epoch, generation, number };
    if (this.#history) this.#history.end = position;
    else [this.#position, this.#since] = [position, 0];
  }

  /** There is no history to be had. */
  isGone(isGap) {
    this.#ends(null);
    if (isGap) this.tell("problem", words`some of what was said before is not kept any more (HISTORY_GAP)`);
    this.#doubt();
  }

  lost() {
    this.#history = null;
    if (this.#epoch === null) this.#doubt();
  }

  #ends(position) {
    [this.#position, this.#since] = [this.#history?.end ?? position, 0];
    this.#history = null;
  }

  /** Nobody can tell whether it has arrived. */
  #doubt() {
    for (const text of this.#unsaid.splice(0)) this.tell("problem", words`nobody knows whether this has arrived: ${text}`);
  }
}
