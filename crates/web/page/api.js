// The way to a game server: straight to the one that this page came from, or to the API server with name and password,
// which knows a server with a place, and gives a ticket for it.

import { words } from "./text.js";

/** Why there is no way now: in words, and whether another attempt may do better, after `wait` milliseconds at least. */
export class RoadError extends Error {
  constructor(reason, { status = 0, mayPass = false, wait = 0 } = {}) {
    super("no way to a game server");
    Object.assign(this, { reason, status, mayPass, wait });
  }
}

/** The address of a game server's WebSocket, as secure as this page is. */
export const webSocketUrl = (address, page = location) =>
  `${page.protocol === "https:" ? "wss" : "ws"}://${address}/ws`;

/** Without logins, the server of this page is the only one, and asks for no ticket. */
export const direct = (address) => ({ place: async (room) => ({ url: webSocketUrl(address), room, ticket: "" }) });

/** A user with a password, which goes to the API server alone. */
export class Account {
  #token = null;

  constructor(api, game, name, password) {
    Object.assign(this, { api: api.replace(/\/+$/u, ""), game });
    this.credentials = { user_id: name, password };
  }

  register = () => this.#call("/v1/accounts", this.credentials);

  /** Where the room is, or any room where it is null; asks once more where the token is over. */
  async place(room) {
    const isFresh = this.#token === null;
    this.#token ??= (await this.#call("/v1/login", this.credentials)).token;
    try {
      const seat = await this.#call("/v1/assign", { game: this.game, room: room ?? undefined }, this.#token);
      if (typeof seat.web !== "string") throw new RoadError(words`the server of that room has no port for pages`);
      return { url: webSocketUrl(seat.web), room, ticket: String(seat.ticket) };
    } catch (error) {
      if (error.status !== 401 || isFresh) throw error;
      this.#token = null;
      return this.place(room);
    }
  }

  async #call(path, body, token) {
    const headers = { "Content-Type": "application/json", ...(token && { Authorization: `Bearer ${token}` }) };
    const options = { method: "POST", headers, body: JSON.stringify(body), signal: AbortSignal.timeout(30_000) };
    const answer = await fetch(this.api + path, options).catch(() => {
      throw new RoadError(words`the API server at ${this.api} cannot be reached`, { mayPass: true });
    });
    const said = (await answer.json().catch(() => null)) ?? {};
    if (answer.ok) return said;
    const { status, statusText } = answer;
    const wait = 1000 * (Number(answer.headers.get("Retry-After")) || 0);
    const reason = words`the API server says ${status}: ${said.message ?? statusText}`;
    throw new RoadError(reason, { status, mayPass: status >= 500, wait });
  }
}
