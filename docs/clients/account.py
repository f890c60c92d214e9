"""A user with a password, whom an API server sends to a game server: the calls, with the standard library alone."""
import getpass, http.client, itertools, json, os, random, ssl, sys, time, urllib.error, urllib.parse, urllib.request

from chat import show
from packets import printable

VARIABLE = "CHAT_CLIENT_PASSWORD"  # an argument could be read by every user of the machine

def opener(authority):  # without a proxy: it is asked directly, as the game server is
    secure = urllib.request.HTTPSHandler(context=ssl.create_default_context(cafile=authority))
    return urllib.request.build_opener(urllib.request.ProxyHandler({}), secure)

# ANCHOR: call
def call(flags, path, body=None, token="", method="POST"):
    request = urllib.request.Request(flags.api.rstrip("/") + path, method=method)
    if body is not None:
        request.data = json.dumps(body).encode()
        request.add_header("Content-Type", "application/json")
    if token:
        request.add_header("Authorization", f"Bearer {token}")
    try:
        with opener(flags.tls_ca).open(request, timeout=30) as answer:  # longer than the server waits, where it does
            return None if answer.status == 204 else json.load(answer)
    except urllib.error.HTTPError as error:  # it says no, and why
        kind = ConnectionError if error.code >= 500 or error.code in (404, 429) else ValueError  # it may pass, or not
        raise kind(f"the API answers {error.code}: {printable(reason(error))}") from None
    except (OSError, http.client.HTTPException) as error:
        reached = getattr(error, "reason", error)
        raise ConnectionError(f"cannot reach the API at {flags.api}: {reached}: is it running?") from None
# ANCHOR_END: call

def reason(answer):
    try:
        return str(json.load(answer)["message"])
    except (LookupError, TypeError, ValueError):
        return answer.reason

def password(name, is_new):
    if os.environ.get(VARIABLE):
        return os.environ[VARIABLE]
    if not sys.stdin.isatty():
        raise ValueError(f"a password is needed, and nobody is there who could type it: set {VARIABLE}")
    try:  # getpass gives the terminal back as it was
        typed = getpass.getpass(f"password of {name}: ")
        if is_new and getpass.getpass("once more: ") != typed:
            raise ValueError("the second password is not the first")
    except (EOFError, KeyboardInterrupt):
        raise ValueError("no password was typed") from None
    return typed

# ANCHOR: match
def match(flags, token):  # a seat at a table, when there are others for it
    number = call(flags, "/v1/matches", {"game": "chat", "size": flags.match}, token)["id"]
    path = f"/v1/matches/{urllib.parse.quote(str(number), safe='')}"
    show(f"* waiting for {flags.match - 1} more")
    try:
        while True:  # the server answers when something has changed, or after 20 seconds
            seen = call(flags, f"{path}?wait=20", None, token, "GET")
            if seen["state"] == "matched":
                others = [member for member in seen["members"] if member != flags.name]
                show(f"* matched with {', '.join(others)}")
                return seen["assignment"]
            if seen["state"] != "waiting":
                raise ValueError(f"there will be no match: {printable(str(seen['reason']))}")
    except KeyboardInterrupt:  # nobody should wait for one who has gone
        call(flags, path, None, token, "DELETE")
        raise
# ANCHOR_END: match

# ANCHOR: place
def place(flags, secret):  # where to connect to, the room, and the ticket, which is the password there
    user = {"user_id": flags.name, "password": secret}
    try:
        if flags.register:
            call(flags, "/v1/accounts", user)
        token = call(flags, "/v1/login", user)["token"]
        if flags.match:
            seat = match(flags, token)
        else:
            seat = call(flags, "/v1/assign", {"game": "chat", "room": flags.room}, token)
        host, _, port = seat["address"].rpartition(":")
        return (host.strip("[]"), int(port)), int(seat["room"]), str(seat["ticket"])
    except (AttributeError, LookupError, TypeError, json.JSONDecodeError) as error:
        raise ValueError(f"what answers at {flags.api} is no API server") from error
# ANCHOR_END: place

# ANCHOR: again
def place_again(flags, secret):  # in the same room, each time after a longer pause, by chance: all others come back too
    flags.register = flags.match = None
    for attempt in itertools.count():
        time.sleep(min(15, 0.5 * 2 ** attempt) * random.uniform(0.5, 1))
        try:
            server, _, ticket = place(flags, secret)
            return server, ticket
        except ConnectionError:
            pass
# ANCHOR_END: again
