-- Takes a slot of a game; or takes it again, where its lease has ended and nobody else has had it since.
-- KEYS: the names of all slots that are taken
-- ARGV: the prefix of all keys, the game, the lease in milliseconds, the slot that is wanted or nothing, how many slots
--       there are, how many rooms each has, the generation in which it is taken again or nothing, then the fields of the
--       offer, each a name and a value
local prefix, game, lease, wanted, slots, rooms, again = unpack(ARGV, 1, 7)

for _, name in ipairs(redis.call('SMEMBERS', KEYS[1])) do
    local its_game = string.match(name, '^(.+):%d+$')
    local its_rooms = redis.call('HGET', prefix .. 'slot:' .. name, 'rooms')
    if not its_rooms then
        -- Its lease has ended. The name alone says nothing, so it may stay until somebody meets it.
        redis.call('SREM', KEYS[1], name)
    elseif its_game == game then
        if its_rooms ~= rooms then
            return { 'other rooms', its_rooms }
        end
    end
end

local function name_of(slot)
    return game .. ':' .. string.format('%.0f', slot)
end
-- The slot itself says so, not its name in the set, which may have been lost.
local function is_taken(slot)
    return redis.call('EXISTS', prefix .. 'slot:' .. name_of(slot)) == 1
end

local slot = tonumber(wanted) or 0
while wanted == '' and is_taken(slot) do
    slot = slot + 1
end
local name = name_of(slot)
local key = prefix .. 'slot:' .. name
local generation, last = again, redis.call('GET', prefix .. 'generation:' .. name)
if again == '' then
    if is_taken(slot) or slot >= tonumber(slots) then
        return { 'none free' }
    end
    -- ANCHOR: generation
    -- The time makes it grow even where Redis has lost what it knew.
    local time = redis.call('TIME')
    local now = time[1] * 1000 + math.floor(time[2] / 1000)
    generation = string.format('%.0f', math.max(tonumber(last or 0) + 1, now))
    redis.call('SET', prefix .. 'generation:' .. name, generation)
    -- ANCHOR_END: generation
elseif last ~= again then
    return { 'none free' }
end

redis.call('HSET', key, 'generation', generation, unpack(ARGV, 8))
redis.call('PEXPIRE', key, lease)
redis.call('SADD', KEYS[1], name)
return { 'taken', name .. ':' .. generation }
