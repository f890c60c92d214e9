// The start of the page: asks its server what it is, shows the parts that belong to it, and makes a session of every
// log-in.

import { Account, direct } from "./api.js";
import { $, Chat, hide, on, tell } from "./chat.js";
import { RoomLog } from "./log.js";
import { Session } from "./session.js";
import { composed } from "./text.js";

const config = await fetch("config.json").then((answer) => answer.json()).catch((error) => {
  $("connection").textContent = "the server of this page does not answer: load the page again";
  throw error;
});
// A table has cards: what draws them is loaded only where there is one.
const baccarat = config.game === "baccarat" ? await import("./baccarat.js") : null;

let session = new Session({ log: new RoomLog(tell), tell, changed: show });
const chat = new Chat(() => session);
const view = baccarat && new baccarat.View(() => session);

function show() {
  chat.show();
  view?.show();
}

/** Logs in; makes the account first, where that is asked for. */
async function logIn(isNew) {
  const [name, password, room] = [composed($("name").value), $("password").value, Number($("room").value)];
  const road = config.api ? new Account(config.api, config.game, name, password) : direct(location.host);
  const [game, log] = [baccarat && new baccarat.Table(tell, show), new RoomLog(tell)];
  const made = new Session({ name, room, road, game, log, maxPacket: config.max_packet, tell, changed: show });
  $("messages").replaceChildren();
  session = made;
  try {
    if (isNew) await road.register();
  } catch (error) {
    return made.stop(error.reason);
  }
  if (session === made) await made.start();
}

document.title = $("title").textContent = baccarat ? "Baccarat" : "Chat";
hide(!config.api, "register", "password-label");
$("password").required = Boolean(config.api);
for (const id of ["room", "other-room"]) if (!config.api && config.rooms) $(id).max = config.rooms - 1;
on("login", "submit", () => logIn(false));
on("register", "click", () => $("login").reportValidity() && logIn(true));
on("log-out", "click", () => session.stop());
// The system knows of a network before any wait is over.
addEventListener("online", () => session.state === "waiting" && session.start());
show();
