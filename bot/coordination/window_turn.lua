-- A turn in a line that several processes share: the same as bot/coordination/lines.py. A line is a hash: a batch's id,
-- and packed as three doubles its rank, since when it waits, when it may leave.
-- KEYS: the mark, the window (see window_take.lua), the line. ARGV: now, red, the batch's id, its rank, how many behind
-- it are told, seconds that a turn is kept after its moment, how many times so long the line is, how many limits; calls,
-- seconds and reserve of each; then the ids of those who wait no longer. Gives nil where the mark is not set; else ids and
-- moments in turn: its own, and of each behind it that this moves.
if redis.call('GET', KEYS[1]) ~= 'filled' then return false end
local at, red, one, rank, most = tonumber(ARGV[1]), ARGV[2] == '1', tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
local kept, garbage, n, limits = tonumber(ARGV[6]), tonumber(ARGV[7]), 9, {}
for _ = 1, tonumber(ARGV[8]) do
  local calls, seconds, reserve = tonumber(ARGV[n]), tonumber(ARGV[n + 1]), tonumber(ARGV[n + 2])
  limits[#limits + 1], n = {red and calls or math.max(1, calls - reserve), seconds}, n + 3
end
for i = n, #ARGV do redis.call('HDEL', KEYS[3], ARGV[i]) end
local function before(a, b)
  if a.rank ~= b.rank then return a.rank < b.rank end
  if a.since ~= b.since then return a.since < b.since end
  return a.id < b.id
end
local mine, others, latest = {rank = rank, since = at, id = one}, {}, at
local line = redis.call('HGETALL', KEYS[3])
for i = 1, #line, 2 do
  local turn = {id = tonumber(line[i])}
  turn.rank, turn.since, turn.due = struct.unpack('<ddd', line[i + 1])
  if turn.due + kept < at then
    redis.call('HDEL', KEYS[3], line[i])
  elseif turn.id == one then
    mine = turn
  else
    latest = math.max(latest, turn.due)
    if turn.due > at then others[#others + 1] = turn end
  end
end
local left, moved, window = {}, {}, redis.call('GET', KEYS[2]) or ''
for p = 1, #window, 8 do left[#left + 1] = math.min((struct.unpack('<d', window, p)), at) end
for _, turn in ipairs(others) do
  if before(turn, mine) then left[#left + 1] = turn.due
  elseif (turn.rank == 0) == red then moved[#moved + 1] = turn end
end
table.sort(left)
table.sort(moved, before)
table.insert(moved, 1, mine)
local said = {}
for i = 1, math.min(#moved, most + 1) do
  local turn, till = moved[i], at
  for _, limit in ipairs(limits) do
    if #left >= limit[1] then till = math.max(till, left[#left - limit[1] + 1] + limit[2]) end
  end
  local place = #left + 1
  while place > 1 and left[place - 1] > till do place = place - 1 end
  table.insert(left, place, till)
  redis.call('HSET', KEYS[3], string.format('%.0f', turn.id), struct.pack('<ddd', turn.rank, turn.since, till))
  said[#said + 1], said[#said + 2] = string.format('%.0f', turn.id), string.format('%.17g', till)
  latest = math.max(latest, till)
end
redis.call('PEXPIRE', KEYS[3], math.ceil((latest - at + kept) * garbage * 1000))
return said
