-- Takes a room for a generation: writes its fence, unless it is there, and reads what is kept.
-- KEYS: cluster, the stream of the room (without it, only the epoch is read)
-- ARGV: an epoch for a Redis that has none, the generation, how many entries are kept at most
-- Gives: the epoch, whether the room is this generation's, the entries from the newest on.

redis.call('SET', KEYS[1], ARGV[1], 'NX')
local epoch = redis.call('GET', KEYS[1])
if #KEYS == 1 then
  return {epoch}
end

-- Numbers of 64 bits do not fit into those of Lua: as texts without leading zeros they can be compared.
local function is_above(a, b)
  return #a > #b or (#a == #b and a > b)
end

local room, generation = KEYS[2], ARGV[2]
local tail = redis.call('XREVRANGE', room, '+', '-', 'COUNT', 1)[1]
local owner = tail and string.match(tail[1], '^%d+')
if not owner or is_above(generation, owner) then
  redis.call('XADD', room, 'MAXLEN', '~', ARGV[3], generation .. '-0', 'fence', '1')
elseif owner ~= generation then
  return {epoch, 0, {}}
end
return {epoch, 1, redis.call('XREVRANGE', room, '+', '-', 'COUNT', ARGV[3])}
