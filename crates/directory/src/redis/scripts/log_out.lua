-- Logs a user out, if the user is logged in right there.
-- KEYS: the user
-- ARGV: the presence
-- ANCHOR: log_out
if redis.call('GET', KEYS[1]) == ARGV[1] then
    redis.call('DEL', KEYS[1])
end
-- ANCHOR_END: log_out
