-- Keeps a slot, and tells how busy its server is: 1, or 0 where the lease has ended before.
-- KEYS: the slot, the names of all slots that are taken
-- ARGV: the generation, users, connections, the lease in milliseconds, the name of the slot
-- ANCHOR: renew
if redis.call('HGET', KEYS[1], 'generation') ~= ARGV[1] then
    return 0
end
redis.call('HSET', KEYS[1], 'users', ARGV[2], 'connections', ARGV[3])
redis.call('PEXPIRE', KEYS[1], ARGV[4])
-- The set may have been lost alone: then nobody would find this server again.
redis.call('SADD', KEYS[2], ARGV[5])
return 1
-- ANCHOR_END: renew
