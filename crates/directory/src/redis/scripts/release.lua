-- Ends a lease, if it is still that of this generation. Nobody takes the slot again as this owner.
-- KEYS: the slot, the names of all slots that are taken, the last generation of the slot
-- ARGV: the generation, the name of the slot
if redis.call('HGET', KEYS[1], 'generation') == ARGV[1] then
    redis.call('DEL', KEYS[1])
    redis.call('SREM', KEYS[2], ARGV[2])
end
if redis.call('GET', KEYS[3]) == ARGV[1] then
    redis.call('INCR', KEYS[3])
end
