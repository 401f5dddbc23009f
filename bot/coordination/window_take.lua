-- Rate windows that several processes share. A window is a string of moments, packed doubles in rising order.
-- KEYS: the mark, then a window per key. ARGV: now, red, together, milliseconds to keep, then calls, seconds and
-- reserve of each limit. Gives nil where the mark is not set; else for each key the moment from which a call may
-- leave, 0 where it may now and is counted.
if redis.call('GET', KEYS[1]) ~= 'filled' then return false end
local at, red, together, keep = tonumber(ARGV[1]), ARGV[2] == '1', ARGV[3] == '1', ARGV[4]
local limits, longest = {}, 0
for i = 5, #ARGV, 3 do
  local calls, seconds, reserve = tonumber(ARGV[i]), tonumber(ARGV[i + 1]), tonumber(ARGV[i + 2])
  limits[#limits + 1] = {red and calls or math.max(1, calls - reserve), seconds}
  longest = math.max(longest, seconds)
end
local function moment(window, n) return (struct.unpack('<d', window, (n - 1) * 8 + 1)) end
-- What is asked for more than once stands in one state, so that the second sees the first.
local states, order, untils, blocked = {}, {}, {}, false
local function state(name)
  if states[name] then return states[name] end
  local window = redis.call('GET', name) or ''
  local count = #window / 8
  local late = 0
  while late < count and moment(window, count - late) > at do late = late + 1 end
  if late > 0 then -- late answers, or the clock was set back: then they count as of now
    window = string.sub(window, 1, (count - late) * 8) .. string.rep(struct.pack('<d', at), late)
  end
  local low, high = 0, count -- how many are past
  while low < high do
    local middle = math.floor((low + high) / 2) + 1
    if moment(window, middle) <= at - longest then low = middle else high = middle - 1 end
  end
  states[name] = {window = string.sub(window, low * 8 + 1), count = count - low, changed = late > 0}
  order[#order + 1] = name
  return states[name]
end
for i = 2, #KEYS do
  local one, free = state(KEYS[i]), 0
  for _, limit in ipairs(limits) do
    if one.count >= limit[1] then
      local moved = moment(one.window, one.count - limit[1] + 1) + limit[2]
      if moved > at then free = math.max(free, moved) end
    end
  end
  if free == 0 then
    one.window, one.count, one.changed = one.window .. struct.pack('<d', at), one.count + 1, true
  end
  untils[i - 1], blocked = string.format('%.17g', free), blocked or free > 0
end
for _, name in ipairs(order) do
  if states[name].changed and not (together and blocked) then redis.call('SET', name, states[name].window, 'PX', keep) end
end
return untils
