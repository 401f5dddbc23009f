-- What left and counts toward quotas: KEYS are quotas (see quota_spend.lua). ARGV: the moment, or nothing where it did not
-- leave after all; the one under which it was counted before, or nothing; then per quota: how many, the moment from which an entry takes it in, milliseconds to keep.
local at, taken = tonumber(ARGV[1]), tonumber(ARGV[2])
for i, key in ipairs(KEYS) do
  local number, joins, keep = tonumber(ARGV[3 * i]), tonumber(ARGV[3 * i + 1]), ARGV[3 * i + 2]
  local kept, entries = redis.call('GET', key) or '', {}
  for p = 1, #kept, 24 do entries[#entries + 1] = {struct.unpack('<ddd', kept, p)} end
  if taken then
    for _, one in ipairs(entries) do
      if one[1] <= taken and taken <= one[2] then
        one[3] = math.max(0, one[3] - number)
        break
      end
    end
  end
  local one = entries[#entries]
  if at and one and (one[1] >= joins or one[2] > at) then
    one[2], one[3] = math.max(one[2], at), one[3] + number
  elseif at then
    entries[#entries + 1] = {at, at, number}
  end
  for n, one in ipairs(entries) do entries[n] = struct.pack('<ddd', one[1], one[2], one[3]) end
  redis.call('SET', key, table.concat(entries), 'PX', keep)
end
return #KEYS
