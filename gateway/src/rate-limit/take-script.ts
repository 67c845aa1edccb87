/**
 * Takes from every bucket or from none, in one step and on the server's clock. KEYS: the buckets. ARGV: the cost, then
 * for each bucket its capacity and its refill in a second, all in millionths of a token.
 *
 * A bucket is the text "left at capacity refill": millionths of a token, when it held them in microseconds, and its
 * policy for those who only look at it. Numbers are written by %.0f since Lua's own form keeps 14 digits. It is gone
 * once it is full. A refused call writes nothing, so the fraction that rounding cuts is lost once for each token taken,
 * not once for each attempt.
 *
 * The answer: 1 or 0, then for each bucket what is left in it and what the call needs of it.
 */
export const TAKE_SCRIPT = `
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000000 + tonumber(time[2])
local cost = tonumber(ARGV[1])
local kept = redis.call('MGET', unpack(KEYS))
local allowed = 1
local answer = {1}
for i = 1, #KEYS do
  local capacity = tonumber(ARGV[2 * i])
  local refill = tonumber(ARGV[2 * i + 1])
  local left = capacity
  if kept[i] then
    local before, at = string.match(kept[i], '^(%d+) (%d+)')
    local elapsed = math.max(0, now - tonumber(at))
    left = math.min(capacity, tonumber(before) + math.floor(elapsed * refill / 1000000))
  end
  local need = math.min(cost, capacity)
  if left < need then allowed = 0 end
  answer[2 * i] = left
  answer[2 * i + 1] = need
end
if allowed == 0 or cost == 0 then
  answer[1] = allowed
  return answer
end
for i = 1, #KEYS do
  local capacity = tonumber(ARGV[2 * i])
  local refill = tonumber(ARGV[2 * i + 1])
  local left = answer[2 * i] - answer[2 * i + 1]
  local value = string.format('%.0f %.0f %.0f %.0f', left, now, capacity, refill)
  redis.call('SET', KEYS[i], value, 'PX', math.ceil((capacity - left) * 1000 / refill))
  answer[2 * i] = left
end
return answer
`;
