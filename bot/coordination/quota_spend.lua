-- Quotas that several processes share: the same as bot/coordination/quotas.py. Each is a string of entries, packed as
-- three doubles: the first moment, the last, how many left.
-- KEYS: the mark, then one per quota. ARGV: now, then per quota: how many it allows, seconds, the moment until which all
-- is past, the one from which an entry takes in what leaves now, when its day ends (0: it has none), 1 where it counts
-- copies, milliseconds to keep; then the copies of each call. Gives nil where the mark is not set; else for each call
-- the seconds to wait, 0 where it may leave and is counted, and for how many copies there is room.
if redis.call('GET', KEYS[1]) ~= 'filled' then return false end
local at, counts, n = tonumber(ARGV[1]), {}, 2
for i = 2, #KEYS do
  local q = {key = KEYS[i], allowed = tonumber(ARGV[n]), seconds = tonumber(ARGV[n + 1]), past = tonumber(ARGV[n + 2]),
             joins = tonumber(ARGV[n + 3]), ends = tonumber(ARGV[n + 4]), copies = ARGV[n + 5] == '1',
             keep = ARGV[n + 6], entries = {}, number = 0}
  local kept = redis.call('GET', q.key) or ''
  for p = 1, #kept, 24 do
    local first, last, number = struct.unpack('<ddd', kept, p)
    if last > q.past then
      q.entries[#q.entries + 1] = {math.min(first, at), math.min(last, at), number}
      q.number = q.number + number
    end
  end
  counts[#counts + 1], n = q, n + 7
end
local function wait(q, number)
  local over = q.number + number - q.allowed
  if over <= 0 then return 0 end
  if q.ends > 0 then return q.ends - at end
  for _, one in ipairs(q.entries) do
    over = over - one[3]
    if over <= 0 then return one[2] + q.seconds - at + 1e-6 end
  end
  return q.seconds
end
local said = {}
for i = n, #ARGV do
  local copies, longest = tonumber(ARGV[i]), 0
  for _, q in ipairs(counts) do longest = math.max(longest, wait(q, q.copies and copies or 1)) end
  local room = copies
  for _, q in ipairs(counts) do
    local number = q.copies and copies or 1
    if longest > 0 then
      local free = math.max(0, q.allowed - q.number)
      room = math.min(room, q.copies and free or (free > 0 and room or 0))
    else
      local one = q.entries[#q.entries]
      q.number = q.number + number
      if one and (one[1] >= q.joins or one[2] > at) then
        one[2], one[3] = math.max(one[2], at), one[3] + number
      else
        q.entries[#q.entries + 1] = {at, at, number}
      end
    end
  end
  said[#said + 1] = {string.format('%.17g', longest), room}
end
for _, q in ipairs(counts) do
  local packed = {}
  for i, one in ipairs(q.entries) do packed[i] = struct.pack('<ddd', one[1], one[2], one[3]) end
  redis.call('SET', q.key, table.concat(packed), 'PX', q.keep)
end
return said
