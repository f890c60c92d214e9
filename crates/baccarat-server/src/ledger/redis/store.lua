#!lua
-- One batch of a ledger: all of it is stored, or nothing.
--
-- KEYS    the writer, the house, the users, the rows, the ends of rounds
-- ARGV    the batch, in the order in which it is read here
-- answers {"stored", balance of the house, rows}
--         {"outdated", what, name, value, what, name, value ...}, of which each is
--             "user", name, balance or ""; or "lost" or "moved", table, ""
--
-- First everything is read and compared, each key by a command of its kind: a key of another kind is an error before
-- anything is written. Amounts stay texts, since a number of Lua is exact to 2^53 only. Without flags in the first line,
-- Redis refuses the script as a whole when its memory is full, or when it is a replica.
local writer, house, users, rows, ends = unpack(KEYS)
local at = 0

local function take()
    at = at + 1
    return ARGV[at]
end

local function times(work)
    for _ = 1, tonumber(take()) do
        work()
    end
end

-- A list of arguments, in pieces that fit on Lua's stack.
local function pieces(work)
    local last = tonumber(take()) + at
    while at < last do
        local first = at + 1
        at = math.min(at + 2000, last)
        work(unpack(ARGV, first, at))
    end
end

local house_balance, row_count = redis.call("GET", house) or "0", redis.call("XLEN", rows)
redis.call("XLEN", ends)
local tables, rounds = take(), take()
local number, house_change = take(), take()

-- ANCHOR: again
-- What has become of this batch, where its answer was lost.
local last, how = string.match(redis.call("GET", writer) or "", "^(%d+) (%a+)$")
local is_known = last == number
if is_known and how == "stored" then
    return { "stored", house_balance, tostring(row_count) }
end
if last and tonumber(last) > tonumber(number) then
    return redis.error_reply("LATE a later batch of this writer is stored")
end
-- ANCHOR_END: again

local outdated = { "outdated" }
local function differs(...)
    for _, text in ipairs({ ... }) do
        outdated[#outdated + 1] = text
    end
end

-- The users that were looked at, then what they had.
local names, found = at + 1, {}
pieces(function(...)
    for _, balance in ipairs(redis.call("HMGET", users, ...)) do
        found[#found + 1] = balance or ""
    end
end)
for i, balance in ipairs(found) do
    if take() ~= balance then
        differs("user", ARGV[names + i], balance)
    end
end

-- The tables, their owners and versions.
times(function()
    local name, owner, version = take(), take(), take()
    local is = redis.call("HMGET", tables .. name, "owner", "version")
    if is[1] ~= owner then
        differs("lost", name, "")
    elseif is[2] ~= version then
        differs("moved", name, "")
    end
end)

-- Rows that must not be there, by their rounds.
local is_doubled = false
times(function()
    local round = rounds .. take()
    pieces(function(...)
        for _, row in ipairs(redis.call("HMGET", round, ...)) do
            is_doubled = is_doubled or row
        end
    end)
end)

if is_known or #outdated > 1 then
    -- This batch cannot be stored any more, should it still be under way for a second time.
    redis.call("SET", writer, number .. " outdated", "EX", 604800)
    return outdated
end
if is_doubled then
    return redis.error_reply("DOUBLED a row of this batch is stored already")
end

-- From here on all is written. A sum that does not fit is an error, so that one comes first.
if house_change ~= "0" then
    redis.call("INCRBY", house, house_change)
    house_balance = redis.call("GET", house)
end
pieces(function(...)
    redis.call("HSET", users, ...)
end)
times(function()
    local name = take()
    redis.call("HSET", tables .. name, "version", take(), "round", take(), "shoe", take(), "open", take())
end)
times(function()
    local round = rounds .. take()
    pieces(function(...)
        redis.call("HSET", round, ...)
    end)
    pieces(function(...)
        redis.call("HDEL", round, ...)
    end)
end)
-- Of a round that is over, nothing is left but its rows.
times(function()
    redis.call("DEL", rounds .. take())
end)
times(function()
    redis.call("XADD", rows, "*", take(), take())
    row_count = row_count + 1
end)
times(function()
    redis.call("XADD", ends, "MAXLEN", "~", 100000, "*", "round", take(), "shoe", take(), "result", take(), "returns", take())
end)
redis.call("SET", writer, number .. " stored", "EX", 604800)
return { "stored", house_balance, tostring(row_count) }
