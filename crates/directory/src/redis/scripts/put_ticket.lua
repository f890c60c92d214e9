-- Makes a ticket worth a seat.
-- KEYS: the ticket
-- ARGV: the server, the user, the room, for how many milliseconds
redis.call('HSET', KEYS[1], 'owner', ARGV[1], 'user', ARGV[2], 'room', ARGV[3])
redis.call('PEXPIRE', KEYS[1], ARGV[4])
