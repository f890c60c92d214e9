#!lua
-- Reads tables; and takes them first, where an owner is named, who may take them as often as it likes.
--
-- KEYS    the set of all tables, the rows
-- ARGV    what the names of tables and of rounds begin with, the owner or "", and the numbers of the tables
-- answers {"tables", the last row, a table ...}, where a table is {number, version, round, shoe, a round ...}, and a round
--             is {number, field, value, field, value ...}; or
--         {"other", table, its owner}, and nothing is taken
local tables, rounds, owner = ARGV[1], ARGV[2], ARGV[3]
if owner ~= "" then
    for i = 4, #ARGV do
        local other = redis.call("HGET", tables .. ARGV[i], "owner")
        if other and tonumber(other) > tonumber(owner) then
            return { "other", ARGV[i], other }
        end
    end
    for i = 4, #ARGV do
        redis.call("SADD", KEYS[1], ARGV[i])
        redis.call("HSET", tables .. ARGV[i], "owner", owner)
        -- So that whatever its last owner has under way comes to nothing.
        redis.call("HINCRBY", tables .. ARGV[i], "version", 1)
    end
end

local last = redis.call("XREVRANGE", KEYS[2], "+", "-", "COUNT", 1)[1]
local answer = { "tables", last and last[1] or "0-0" }
for i = 4, #ARGV do
    local is = redis.call("HMGET", tables .. ARGV[i], "version", "round", "shoe", "open")
    local state = { ARGV[i], is[1] or "0", is[2] or "0", is[3] or "0" }
    for round in string.gmatch(is[4] or "", "%d+") do
        local fields = redis.call("HGETALL", rounds .. ARGV[i] .. ":" .. round)
        table.insert(fields, 1, round)
        state[#state + 1] = fields
    end
    answer[#answer + 1] = state
end
return answer
