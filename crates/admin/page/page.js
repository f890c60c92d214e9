// The page that shows how a server is: it asks for /status.json once a second, while somebody can see it.
//
// Names come from users, so nothing here is ever read as HTML: all of it is text in nodes that this module makes.

const PERIOD = 1000;
const PATIENCE = 5000;
const POINTS = 120;
const PAGE = 50;
const SURE_FOR = 10000;
const SVG = "http://www.w3.org/2000/svg";

const by = (id) => document.getElementById(id);
const count = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });

// What is drawn, where a server has the number. Counters are drawn as what they grow by in a second.
const CHARTS = [
  { title: "Connections", name: "connections" },
  { title: "Users", name: "users" },
  { title: "Packets in / s", name: "packets", direction: "in", grows: true },
  { title: "Packets out / s", name: "packets", direction: "out", grows: true },
  { title: "Bytes in / s", name: "bytes", direction: "in", grows: true },
  { title: "Bytes out / s", name: "bytes", direction: "out", grows: true },
  { title: "Sends / s", name: "sends", grows: true },
  { title: "Datagrams / s", name: "datagrams", result: "answered", grows: true },
  { title: "Unsent bytes", name: "outbox_bytes" },
];

function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [attribute, value] of Object.entries(attributes)) made.setAttribute(attribute, value);
  made.append(...children);
  return made;
}

function say(node, text, wrong = false) {
  if (node.textContent !== text) node.textContent = text;
  node.classList.toggle("wrong", wrong);
}

// ---- charts

class Chart {
  constructor(what) {
    this.what = what;
    this.values = [];
    this.last = null;
    this.now = element("strong");
    this.svg = document.createElementNS(SVG, "svg");
    this.svg.setAttribute("viewBox", `0 0 ${POINTS - 1} 100`);
    this.svg.setAttribute("preserveAspectRatio", "none");
    this.svg.setAttribute("role", "img");
    this.line = document.createElementNS(SVG, "polyline");
    this.svg.append(this.line);
    const caption = element("figcaption", {}, element("span", {}, what.title), this.now);
    this.figure = element("figure", { "data-chart": what.title }, caption, this.svg);
  }

  add(value, at) {
    const drawn = this.what.grows ? this.growth(value, at) : value;
    if (drawn === null) return;
    this.values.push(drawn);
    if (this.values.length > POINTS) this.values.shift();
    this.draw(drawn);
  }

  // In a second. A number that has become smaller is that of a server that was started again.
  growth(value, at) {
    const last = this.last;
    this.last = { value, at };
    if (last === null || value < last.value || at <= last.at) return null;
    return ((value - last.value) * 1000) / (at - last.at);
  }

  draw(now) {
    const most = Math.max(...this.values, 1);
    const start = POINTS - this.values.length;
    const point = (value, index) => `${start + index},${(98 - (value / most) * 96).toFixed(1)}`;
    this.line.setAttribute("points", this.values.map(point).join(" "));
    this.now.textContent = count.format(now);
    this.svg.setAttribute("aria-label", `${this.what.title}: ${count.format(now)} now, ${count.format(most)} at most`);
  }
}

// ---- servers: a heading, facts, charts

const servers = new Map();

function find(numbers, what) {
  const fits = ({ name, labels }) =>
    name === what.name &&
    (what.direction === undefined || labels.direction === what.direction) &&
    (what.result === undefined || labels.result === what.result);
  return numbers.find(fits);
}

function showServer({ server, numbers }, at, several) {
  let shown = servers.get(server);
  if (shown === undefined) {
    const facts = element("p", { class: "facts" });
    const charts = element("div", { class: "charts" });
    const title = element("h2");
    const section = element("section", {}, title, facts, charts);
    shown = { section, title, facts, charts, drawn: new Map() };
    servers.set(server, shown);
    by("servers").append(section);
  }
  say(shown.title, server ?? (several ? "The program" : "Now"));
  say(shown.facts, facts(numbers));
  for (const what of CHARTS) {
    const number = find(numbers, what);
    if (number === undefined) continue;
    if (!shown.drawn.has(what)) {
      const chart = new Chart(what);
      shown.drawn.set(what, chart);
      shown.charts.append(chart.figure);
    }
    shown.drawn.get(what).add(number.value, at);
  }
}

function facts(numbers) {
  const value = (name) => find(numbers, { name })?.value;
  const version = find(numbers, { name: "build_info" })?.labels.version;
  const batches = find(numbers, { name: "batch_seconds" });
  const all = [
    version === undefined ? null : `version ${version}`,
    value("uptime_seconds") === undefined ? null : `up for ${time(value("uptime_seconds"))}`,
    value("max_connections") === undefined ? null : `${count.format(value("max_connections"))} connections at most`,
    value("rooms_in_use") === undefined ? null : `${count.format(value("rooms_in_use"))} rooms in use`,
    batches?.count ? `${((batches.sum / batches.count) * 1e6).toFixed(0)} µs for a batch on average` : null,
  ];
  return all.filter((fact) => fact !== null).join(" · ");
}

function time(seconds) {
  const parts = [
    [Math.floor(seconds / 86400), "d"],
    [Math.floor(seconds / 3600) % 24, "h"],
    [Math.floor(seconds / 60) % 60, "min"],
    [seconds % 60, "s"],
  ];
  const first = parts.findIndex(([part]) => part > 0);
  return parts.slice(first === -1 ? 3 : first).slice(0, 2).map(([part, unit]) => `${part} ${unit}`).join(" ");
}

// ---- tables: a row stays the same node while what it shows is there, so that a button in it keeps its focus

function rows(table, list, keyOf, cellsOf, button) {
  const body = table.tBodies[0];
  const known = new Map([...body.rows].map((row) => [row.dataset.key, row]));
  list.forEach((one, index) => {
    const key = JSON.stringify(keyOf(one));
    const cells = [one.server ?? "", ...cellsOf(one)];
    let row = known.get(key);
    known.delete(key);
    if (row === undefined) {
      row = element("tr", { "data-key": key });
      cells.forEach((_, place) => row.append(element("td", place === 0 ? { class: "server" } : {})));
      if (button !== undefined) row.append(element("td", { class: "action" }, button(one)));
    }
    cells.forEach((cell, place) => say(row.cells[place], String(cell)));
    if (body.rows[index] !== row) body.insertBefore(row, body.rows[index] ?? null);
  });
  for (const row of known.values()) row.remove();
}

const more = (table, text) => say(table.parentElement.querySelector(".more"), text);
const rest = ({ list, more: left }) =>
  list.length === 0 ? "None." : left === 0 ? "" : `And ${count.format(left)} more.`;
const room = (number) => (number === null ? "" : number);

function showTables(status) {
  const ends = status.servers.flatMap(({ server, numbers }) =>
    numbers
      .filter(({ name, value }) => name === "disconnects" && value > 0)
      .map(({ labels, value }) => ({ server, reason: labels.reason, value })),
  );
  ends.sort((one, other) => other.value - one.value);
  rows(by("disconnects"), ends, (end) => [end.server, end.reason], (end) => [end.reason, count.format(end.value)]);

  rows(
    by("slow"),
    status.slow.list,
    (one) => [one.server, one.client],
    (one) => [one.client, one.user_id ?? "", one.address ?? "", room(one.room), count.format(one.unsent)],
  );
  more(by("slow"), rest(status.slow));

  rows(
    by("rooms"),
    status.rooms.list,
    (one) => [one.server, one.room],
    (one) => [one.room, count.format(one.members)],
  );
  more(by("rooms"), rest(status.rooms));

  rows(
    by("users"),
    status.users.list,
    (one) => [one.server, one.user_id, one.client],
    (one) => [one.user_id, one.client, one.address ?? "", room(one.room), count.format(one.unsent)],
    kickButton,
  );
  const { matching, total, next } = status.users;
  more(by("users"), `Users: ${count.format(total)}. With such a name: ${count.format(matching)}.`);
  by("next").disabled = next === null;
  by("next").dataset.from = next ?? "";
  by("first").disabled = from === "";
}

// ---- asking

let from = "";
let filter = "";
let asked = 0;
let timer = null;

async function ask() {
  clearTimeout(timer);
  if (document.hidden) return;
  asked += 1;
  const mine = asked;
  const started = performance.now();
  try {
    const query = new URLSearchParams({ from, filter, count: PAGE });
    const answer = await fetch(`status.json?${query}`, { cache: "no-store", signal: AbortSignal.timeout(PATIENCE) });
    const status = await answer.json();
    if (!answer.ok) throw new Error(status.message);
    // A later question may have overtaken this one.
    if (mine === asked) show(status, performance.now());
  } catch (error) {
    if (mine === asked) say(by("state"), `no answer: ${error.message}`, true);
  }
  if (mine === asked) timer = setTimeout(ask, Math.max(0, PERIOD - (performance.now() - started)));
}

function show(status, at) {
  const watched = Object.entries(status.watched).map(([name, word]) => ` · ${name} ${word}`);
  say(by("state"), status.status + watched.join(""), status.status !== "ok");
  const several = status.servers.some(({ server }) => server !== null);
  document.body.classList.toggle("one-server", !several);
  document.body.classList.toggle("no-actions", !status.actions);
  by("actions").hidden = !status.actions;
  for (const server of status.servers) showServer(server, at, several);
  showTables(status);
}

document.addEventListener("visibilitychange", ask);
by("search").addEventListener("submit", (event) => event.preventDefault());
by("filter").addEventListener("input", (event) => {
  filter = event.target.value;
  from = "";
  ask();
});
by("first").addEventListener("click", () => {
  from = "";
  ask();
});
by("next").addEventListener("click", (event) => {
  from = event.target.dataset.from;
  ask();
});

// ---- actions: the token is in this variable and nowhere else

let token = null;

async function act(path, body) {
  if (token === null) return said("type the token first", true);
  const request = {
    method: "POST",
    headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json" },
    body: JSON.stringify(body),
  };
  try {
    const answer = await fetch(path, request);
    const content = await answer.json();
    if (answer.status === 401) token = null;
    if (!answer.ok) return said(content.message, true);
    return content;
  } catch (error) {
    return said(`no answer: ${error.message}`, true);
  }
}

function said(text, wrong = false) {
  say(by("said"), text, wrong);
  return null;
}

// A button that does something to others wants to be pressed twice.
function twice(button, question, action) {
  const text = button.textContent;
  let until = null;
  const calm = () => {
    clearTimeout(until);
    until = null;
    button.textContent = text;
    button.classList.remove("sure");
  };
  button.addEventListener("click", () => {
    if (until !== null) {
      calm();
      action();
      return;
    }
    button.textContent = question;
    button.classList.add("sure");
    until = setTimeout(calm, SURE_FOR);
  });
  return button;
}

function kickButton({ user_id: user }) {
  const button = element("button", { type: "button" }, `Kick ${user}`);
  return twice(button, `Press again to kick ${user}`, async () => {
    if (await act("v1/kick", { user_id: user })) said(`${user} is out`);
  });
}

by("token-form").addEventListener("submit", (event) => {
  event.preventDefault();
  token = by("token").value;
  by("token").value = "";
  said("the token is used from now on");
});
by("broadcast-form").addEventListener("submit", async (event) => {
  event.preventDefault();
  const content = await act("v1/broadcast", { message: by("message").value });
  if (!content) return;
  by("message").value = "";
  said(`users who were told: ${count.format(content.users)}`);
});
twice(by("drain"), "Press again to end it", async () => {
  if (await act("v1/drain", {})) said("it drains, and ends");
});

ask();
