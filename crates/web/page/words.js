// Codes of the server in sentences: what is wrong, and what to do.

import { asTyped, words } from "./text.js";

export const [NONE, RATE_LIMITED, SERVER_FULL, REPLACED, ELSEWHERE, HISTORY_GAP] = [1, 63, 65, 68, 135, 156];
export const [DECODING_FAIL, DUPLICATION, INVALID_ID, LOGIN_FAILED] = [51, 111, 112, 113];

/** Sentences with what a request was about: `user` and `room`. */
export const SENTENCES = {
  51: ["PACKET_DECODING_FAIL", "the server could not read the request"],
  52: ["PACKET_NOT_LOGIN_USER", "the server wants a login first"],
  53: ["ROOM_NOT_REGISTERED_PACKET_ID", "the server does not know this request"],
  61: ["DISCONNECT_UNAUTHENTICATED_USER", "no login came in time"],
  62: ["SLOW_CONSUMER", "this page read too slowly"],
  63: ["RATE_LIMITED", "too much was sent at once, and some of it was dropped: wait a moment"],
  64: ["SERVER_SHUTTING_DOWN", "the server is shutting down"],
  65: ["SERVER_FULL", "the server is full"],
  66: ["IDLE_TIMEOUT", "nothing came from this page for too long"],
  67: ["NODE_LOST", "the server has lost its place among the others"],
  68: ["REPLACED", "you have logged in elsewhere: go on there, or log in again here"],
  111: ["LOGIN_USER_DUPLICATION", "{user} is logged in already: take another name"],
  112: ["LOGIN_USER_INVALID_ID", "the server does not accept {user} as a name: take another one"],
  113: ["LOGIN_FAILED", "the server does not let {user} in"],
  114: ["LOGIN_UNAVAILABLE", "nobody can check the login now"],
  121: ["ROOM_NOT_IN_USER", "you are in no room: go to one first"],
  122: ["ROOM_INVALID_NUMBER", "room {room} does not exist"],
  131: ["ENTER_ROOM_ALREADY", "you are in a room: leave it first"],
  134: ["ENTER_ROOM_USER_FULL", "room {room} is full: try another one"],
  135: ["ROOM_ELSEWHERE", "room {room} is on another server"],
  151: ["ROOM_CHAT_MSG_LEN", "a message has 1 to 126 bytes"],
  152: ["WHISPER_NO_SUCH_USER", "{user} is not logged in"],
  153: ["WHISPER_SELF", "{user} is you"],
  154: ["INVITED_USER_IN_ROOM", "{user} is in this room already"],
  155: ["PEER_UNREACHABLE", "the server of {user} does not answer: try again"],
  156: ["HISTORY_GAP", "some of what was said before is not kept any more"],
  157: ["NOT_STORED", "it could not be stored, so it has not happened: try again"],
  171: ["GAME_START_INVALID_ROOM_STATE", "a round is running: start the next one when it is over"],
  172: ["GAME_START_NOT_ENOUGH_MEMBERS", "too few members are here for a round"],
  173: ["GAME_START_NOT_MASTER", "only the member who came first can start a round"],
  181: ["GAME_BET_FAIL_PACKET", "the shoe has no such card to cut at"],
  182: ["GAME_BET_INVALID_ROOM_STATE", "no bets are taken now: wait for the next round"],
  183: ["GAME_BET_INVALID_SIDE", "the table has no such side"],
  184: ["GAME_BET_SAME_SIDE", "your bet is on that side"],
  185: ["BET_LIMIT", "that is under the smallest stake of the table, or over the largest: try another amount"],
  186: ["INSUFFICIENT_FUNDS", "that is more than you have"],
  187: ["BET_WRONG_ROUND", "that round is over: bet again in the next one"],
};

/** What the same code means for a request to cut. */
const ABOUT_CUT = { 182: "a shoe is cut before its first round, and once by each member" };

/** A refusal in words; `about` has the `name` of the request, and its `user` or `room`, where they are known. */
export function refusal(code, about = {}) {
  const [name, sentence] = SENTENCES[code] ?? [`error ${code}`, "the server answers what this page does not know"];
  const text = (about.name === "CUT_REQ" && ABOUT_CUT[code]) || sentence;
  const subjects = { user: about.user ? asTyped(about.user) : "that user", room: about.room ?? "of that number" };
  const [before, subject, behind] = `${text} (${name})`.split(/\{(user|room)\}/u);
  return subject ? words([before, behind], subjects[subject]) : words([before]);
}

// ANCHOR: meant
/** Whether the server means this user, and would say it again: then the page does not come back by itself. */
export const isMeant = (code) =>
  [DECODING_FAIL, RATE_LIMITED, REPLACED, DUPLICATION, INVALID_ID, LOGIN_FAILED].includes(code);
// ANCHOR_END: meant

/** How long to wait at least, in milliseconds, where the server is busy rather than away. */
export const leastWait = (code) => (code === SERVER_FULL ? 5_000 : 0);
