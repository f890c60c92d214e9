-- Sends a request to a server whose lease has not ended: how many listen there.
-- KEYS: the slot
-- ARGV: the generation, the channel, the request
-- ANCHOR: ask
if redis.call('HGET', KEYS[1], 'generation') ~= ARGV[1] then
    return 0
end
return redis.call('PUBLISH', ARGV[2], ARGV[3])
-- ANCHOR_END: ask
