// How far a durable room has been heard, and what was said there without an answer, so that who comes back misses
// nothing and says nothing twice. In a room that is not durable it only knows what may be lost.

import { asTyped, words } from "./text.js";

const START = { epoch: 0n, generation: 0n, number: 0n };

export class RoomLog {
  #tell;
  /** Null where the server keeps no messages; undefined where it has not said yet. */
  #epoch;
  #room = null;
  /** Of the last message that was heard in the room; null where none was. */
  #position = null;
  /** How far the log was at the entry. It counts when all before it has come. */
  #end = null;
  /** What was said here and not heard back. */
  #unsaid = [];
  /** While the history comes: whether anything of it was there, and whether the user was here before. */
  #history = null;

  constructor(tell) {
    this.#tell = tell;
  }

  arrived() {
    this.#epoch = undefined;
  }

  synced(epoch) {
    this.#epoch = epoch;
    if (epoch === null) this.#doubt();
  }

  /** What to ask for behind an entry; null where nothing is kept. */
  request(room) {
    if (this.#epoch === null) return null;
    if (this.#room !== room) this.#position = null;
    this.#room = room;
    this.#history = { isEmpty: true, isReturn: this.#position !== null };
    return this.#position ?? START;
  }

  said(text) {
    this.#unsaid.push(text);
  }

  /** A message of the room; its text, where it is our own. */
  heard(own) {
    if (this.#position) this.#position.number += 1n;
    this.unsaid(own);
  }

  /** What is heard needs not be said again, nor does what was refused. */
  unsaid(text) {
    const at = this.#unsaid.indexOf(text);
    if (at >= 0) this.#unsaid.splice(at, 1);
  }

  // ANCHOR: past
  /** A message of the history. */
  past({ generation, number, user_id, message }, isOwn) {
    if (this.#history?.isEmpty && this.#history.isReturn) this.#line("said while you were away");
    if (this.#history) this.#history.isEmpty = false;
    this.#position = { epoch: this.#epoch ?? 0n, generation, number };
    if (isOwn) this.unsaid(message);
    this.#tell("message", words`${asTyped(user_id)}: ${message}`);
  }

  /** All of the history has come. What is not in it was never stored, and is said again. */
  isComplete(say) {
    if (this.#history && !this.#history.isEmpty) this.#line("new from here on");
    this.#history = null;
    this.#position = this.#end ?? this.#position;
    this.#end = null;
    for (const text of this.#unsaid.splice(0)) say(text);
  }
  // ANCHOR_END: past

  isAt({ epoch, generation, number }) {
    const position = { epoch, generation, number };
    if (this.#history) this.#end = position;
    else this.#position = position;
  }

  /** There is no history to be had. */
  isGone(isGap) {
    this.#history = this.#position = null;
    if (isGap) this.#tell("problem", words`some of what was said before is not kept any more (HISTORY_GAP)`);
    this.#doubt();
  }

  lost() {
    this.#history = this.#end = null;
    if (this.#epoch === null) this.#doubt();
  }

  forgetUnsaid() {
    this.#unsaid = [];
  }

  #line(text) {
    this.#tell("line", words`${text}`);
  }

  /** Nobody can tell whether it has arrived. */
  #doubt() {
    for (const text of this.#unsaid.splice(0)) this.#tell("problem", words`nobody knows whether this has arrived: ${text}`);
  }
}
