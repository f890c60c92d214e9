-- Appends a run of entries to each of these rooms, where the log ends with what the writer has seen last. Made again, it
-- changes nothing.
-- KEYS: cluster, then the stream of each room
-- ARGV: the epoch, how many entries are kept at most, then for each room: what must stand last, how many entries, and for
-- each of them: id, user, text
-- Gives a number for each room: 1 stored, 2 another generation has it, 3 something else stands last. Nothing, where the
-- epoch is another one.

if redis.call('GET', KEYS[1]) ~= ARGV[1] then
  return {}
end

local function is_above(a, b)
  return #a > #b or (#a == #b and a > b)
end

local function generation(id)
  return string.match(id, '^%d+')
end

-- All is read before anything is written, since a key that is no stream ends the script.
local tails = {}
for room = 2, #KEYS do
  local tail = redis.call('XREVRANGE', KEYS[room], '+', '-', 'COUNT', 1)[1]
  tails[room] = tail and tail[1] or ''
end

-- ANCHOR: append
local verdicts, at = {}, 3
for room = 2, #KEYS do
  local key, tail = KEYS[room], tails[room]
  local behind, count = ARGV[at], tonumber(ARGV[at + 1])
  local first, last = at + 2, ARGV[at + 2 + (count - 1) * 3]
  at = first + count * 3
  local verdict = 3
  if tail == last then
    verdict = 1
  elseif tail == behind then
    for entry = first, at - 6, 3 do
      redis.call('XADD', key, ARGV[entry], 'user', ARGV[entry + 1], 'text', ARGV[entry + 2])
    end
    redis.call('XADD', key, 'MAXLEN', '~', ARGV[2], last, 'user', ARGV[at - 2], 'text', ARGV[at - 1])
    verdict = 1
  elseif tail ~= '' and is_above(generation(tail), generation(last)) then
    verdict = 2
  end
  verdicts[#verdicts + 1] = verdict
end
-- ANCHOR_END: append
return verdicts
