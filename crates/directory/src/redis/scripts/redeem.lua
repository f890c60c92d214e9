-- Takes a ticket: the room that it is worth, once. It validates first, and consumes after.
-- KEYS: the ticket
-- ARGV: the server, the user
-- ANCHOR: redeem
local owner, user, room = unpack(redis.call('HMGET', KEYS[1], 'owner', 'user', 'room'))
if owner ~= ARGV[1] or user ~= ARGV[2] then
    return false
end
redis.call('DEL', KEYS[1])
return room
-- ANCHOR_END: redeem
