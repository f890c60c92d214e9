-- All slots whose lease has not ended: each its name and its fields.
-- KEYS: the names of all slots that are taken
-- ARGV: the prefix of all keys
local servers = {}
for _, name in ipairs(redis.call('SMEMBERS', KEYS[1])) do
    local fields = redis.call('HGETALL', ARGV[1] .. 'slot:' .. name)
    if #fields > 0 then
        table.insert(servers, { name, fields })
    end
end
return servers
