-- Calls that left: KEYS are windows (see window_take.lua). ARGV: the moment, how many calls, milliseconds to keep, and
-- the moment under which one of them was counted before, or nothing.
local at, times, keep, before = tonumber(ARGV[1]), tonumber(ARGV[2]), ARGV[3], tonumber(ARGV[4])
for _, key in ipairs(KEYS) do
  local window, moments, found = redis.call('GET', key) or '', {}, before == nil
  for n = 1, #window, 8 do moments[#moments + 1] = (struct.unpack('<d', window, n)) end
  for n = #moments, 1, -1 do
    if not found and moments[n] == before then table.remove(moments, n); found = true end
  end
  for _ = 1, times do moments[#moments + 1] = at end
  table.sort(moments)
  for n, one in ipairs(moments) do moments[n] = struct.pack('<d', one) end
  redis.call('SET', key, table.concat(moments), 'PX', keep)
end
return #KEYS
