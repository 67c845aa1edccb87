/**
 * Judges calls one after the other, each of which takes from all of its buckets or from none, in one step and on the
 * server's clock. KEYS: the buckets of the first call, then those of the next. ARGV: for each call how many buckets it
 * has and what it costs, then the capacity of each and its refill in a second, all in millionths of a token.
 *
 * A bucket is the text "left at capacity refill": millionths of a token, when it held them in microseconds, and its
 * policy for those who only look at it. Numbers are written by %.0f since Lua's own form keeps 14 digits. It is gone
 * once it is full. A refused call writes nothing, so the fraction that rounding cuts is lost once for each token taken,
 * not once for each attempt. A bucket that several of the calls take from is read and written once. What is no bucket is
 * taken for a full one: an error would be one of all the calls.
 *
 * The answer: for each call 1 or 0, then for each of its buckets what is left in it and what the call needs of it.
 */
export const TAKE_SCRIPT = `
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000000 + tonumber(time[2])
local kept = redis.call('MGET', unpack(KEYS))
local lefts = {}
local writes = {}
local answer = {}
local first = 1
local arg = 1
while first <= #KEYS do
  local count = tonumber(ARGV[arg])
  local cost = tonumber(ARGV[arg + 1])
  local verdict = #answer + 1
  answer[verdict] = 1
  for i = 0, count - 1 do
    local capacity = tonumber(ARGV[arg + 2 + 2 * i])
    local refill = tonumber(ARGV[arg + 3 + 2 * i])
    local key = KEYS[first + i]
    local left = capacity
    if lefts[key] then
      left = math.min(capacity, lefts[key])
    elseif kept[first + i] then
      local before, at = string.match(kept[first + i], '^(%d+) (%d+)')
      if before then
        local elapsed = math.max(0, now - tonumber(at))
        left = math.min(capacity, tonumber(before) + math.floor(elapsed * refill / 1000000))
      end
    end
    local need = math.min(cost, capacity)
    if left < need then answer[verdict] = 0 end
    answer[verdict + 1 + 2 * i] = left
    answer[verdict + 2 + 2 * i] = need
  end
  if answer[verdict] == 1 and cost > 0 then
    for i = 0, count - 1 do
      local key = KEYS[first + i]
      local left = answer[verdict + 1 + 2 * i] - answer[verdict + 2 + 2 * i]
      lefts[key] = left
      writes[key] = {tonumber(ARGV[arg + 2 + 2 * i]), tonumber(ARGV[arg + 3 + 2 * i])}
      answer[verdict + 1 + 2 * i] = left
    end
  end
  first = first + count
  arg = arg + 2 + 2 * count
end
for key, rate in pairs(writes) do
  local value = string.format('%.0f %.0f %.0f %.0f', lefts[key], now, rate[1], rate[2])
  redis.call('SET', key, value, 'PX', math.ceil((rate[1] - lefts[key]) * 1000 / rate[2]))
end
return answer
`;
