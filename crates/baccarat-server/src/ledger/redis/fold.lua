#!lua
-- The oldest rows become a part of the base: what they have added to each account.
--
-- KEYS    the rows, the base, the count of folded rows, the mark of an audit
-- ARGV    how many
-- answers how many it were: none while somebody computes everything again from the rows
local rows, base, folded, audit = unpack(KEYS)
if redis.call("EXISTS", audit) == 1 then
    return 0
end

-- The field of an account, of which the row's key tells the round and the user.
local function field(account, round, user)
    local side = string.match(account, "^stake:(%d+)$")
    if side then
        return "stake:" .. round .. ":" .. side .. ":" .. user
    end
    return account == "user" and "user:" .. user or account
end

-- All are read before anything is written, so that one which cannot be read stays where it is, and all behind it.
local entries, movements = redis.call("XRANGE", rows, "-", "+", "COUNT", ARGV[1]), {}
for _, entry in ipairs(entries) do
    local round, user = string.match(entry[2][1], "^(%-?%d+:%d+):%d+:%a+:%d+:(.*)$")
    local from, to, amount = string.match(entry[2][2], "^(%S+) (%S+) (%d+)$")
    if not (round and from) then
        return redis.error_reply("ROW " .. entry[1] .. " cannot be read")
    end
    movements[#movements + 1] = { field(from, round, user), field(to, round, user), amount }
end

local function add(account, amount)
    local sum = redis.call("HINCRBY", base, account, amount)
    -- A stake that has come to its end is no account any more.
    if sum == 0 and string.sub(account, 1, 6) == "stake:" then
        redis.call("HDEL", base, account)
    end
end

for i, movement in ipairs(movements) do
    add(movement[1], "-" .. movement[3])
    add(movement[2], movement[3])
    redis.call("XDEL", rows, entries[i][1])
end
redis.call("INCRBY", folded, #entries)
return #entries
