-- Where a user is logged in, on a server whose lease has not ended.
-- KEYS: the user
-- ARGV: the prefix of all keys
-- ANCHOR: find
local there = redis.call('GET', KEYS[1])
local slot, generation = string.match(there or '', '^(.+:%d+):(%d+):%d+$')
if slot and redis.call('HGET', ARGV[1] .. 'slot:' .. slot, 'generation') == generation then
    return there
end
return false
-- ANCHOR_END: find
