-- Logs a user in, who is nowhere, or there already, or in the session that is replaced.
-- KEYS: the user, the slot of the server
-- ARGV: the prefix of all keys, the generation of the server, the presence, the presence that is replaced or nothing
local prefix, generation, presence, replaced = unpack(ARGV)
if redis.call('HGET', KEYS[2], 'generation') ~= generation then
    return { 'no lease' }
end
local there = redis.call('GET', KEYS[1])
if there and there ~= presence and there ~= replaced then
    -- Presence on a server whose lease has ended is none.
    local slot, its_generation = string.match(there, '^(.+:%d+):(%d+):%d+$')
    if slot and redis.call('HGET', prefix .. 'slot:' .. slot, 'generation') == its_generation then
        return { 'held', there }
    end
end
redis.call('SET', KEYS[1], presence)
return { 'done' }
