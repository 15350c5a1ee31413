-- Writes one batch of one writer, all or none, and once: a batch with a number that was written before is passed over.
--
-- KEYS  the stream of entries, the journal's hash, the hash of bookmarks, the number of this writer; then the numbers of
--       the sources whose submissions have tickets
-- ARGV  identity, number, seconds that a number is kept, seal before, seal after (empty: no seals),
--       how many entries, bookmarks, ids to take out; then a number for each source, seven fields an entry and which
--       of the sources it is from (0: it has no ticket), name, value, what it must follow ("=" before it; empty for
--       anything) and source a bookmark, the ids, and after them the largest id
local identity, number, remembered, before, after = ARGV[1], tonumber(ARGV[2]), ARGV[3], ARGV[4], ARGV[5]
local rows, marks, gone = tonumber(ARGV[6]), tonumber(ARGV[7]), tonumber(ARGV[8])

local function less(a, b)
  local am, as = string.match(a, '(%d+)-(%d+)')
  local bm, bs = string.match(b, '(%d+)-(%d+)')
  if am == bm then return tonumber(as) < tonumber(bs) end
  return tonumber(am) < tonumber(bm)
end

if redis.call('HGET', KEYS[2], 'identity') ~= identity then return {'replaced'} end
local written = redis.call('GET', KEYS[4])
if written and tonumber(written) >= number then
  -- Noted anew, for WAIT waits for what its own connection wrote, and this may be another one.
  redis.call('SET', KEYS[4], written, 'EX', remembered)
  return {'written'}
end
if after ~= '' then
  local head = redis.call('HGET', KEYS[2], 'seal') or ''
  if head ~= before then return {'moved', head} end
end

local i, seals = 9, 0
local passed = {}
for source = 1, #KEYS - 4 do
  local last = redis.call('GET', KEYS[4 + source])
  passed[source] = last and tonumber(last) >= tonumber(ARGV[i])
  i = i + 1
end
local places = {}
for mark = 0, marks - 1 do -- nothing has been written yet: a bookmark that does not follow refuses all
  local at = i + 8 * rows + 4 * mark
  local name, follows = ARGV[at], ARGV[at + 2]
  if not passed[tonumber(ARGV[at + 3])] then
    local has = places[name] or redis.call('HGET', KEYS[3], name) or ''
    if follows ~= '' and has ~= string.sub(follows, 2) then return {'elsewhere'} end
    places[name] = ARGV[at + 1]
  end
end
local added = 0
for _ = 1, rows do -- always the same fields in the same order: neighbours then share their names
  if not passed[tonumber(ARGV[i + 7])] then
    redis.call('XADD', KEYS[1], '*', 'kind', ARGV[i], 'at', ARGV[i + 1], 'origin', ARGV[i + 2], 'headers', ARGV[i + 3],
      'bot', ARGV[i + 4], 'body', ARGV[i + 5], 'seal', ARGV[i + 6])
    added = added + 1
    if ARGV[i + 6] ~= '' then seals = seals + 1 end
  end
  i = i + 8
end
for source = 1, #KEYS - 4 do
  if not passed[source] then redis.call('SET', KEYS[4 + source], ARGV[8 + source], 'EX', remembered) end
end
if added > 0 then redis.call('HINCRBY', KEYS[2], 'added', added) end
for name, value in pairs(places) do redis.call('HSET', KEYS[3], name, value) end
i = i + 4 * marks
for _ = 1, gone do
  local found = redis.call('XRANGE', KEYS[1], ARGV[i], ARGV[i])
  if found[1] and found[1][2][14] == '' then -- the audit trail, which is sealed, stays
    redis.call('XDEL', KEYS[1], ARGV[i])
  end
  i = i + 1
end
if gone > 0 and less(redis.call('HGET', KEYS[2], 'pruned') or '0-0', ARGV[i]) then
  redis.call('HSET', KEYS[2], 'pruned', ARGV[i])
end
if after ~= '' then
  redis.call('HSET', KEYS[2], 'seal', after)
  if redis.call('HEXISTS', KEYS[2], 'sealed') == 1 then -- a journal of schema 1 has no count that could be right
    redis.call('HINCRBY', KEYS[2], 'sealed', seals)
  end
end
redis.call('SET', KEYS[4], number, 'EX', remembered)
return {'written'}
