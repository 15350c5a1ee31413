-- Reads what stands after an id, with what tells whether something is missing before it, all at one moment.
-- A script and not MULTI: a Redis without memory refuses MULTI even for reading.
--
-- KEYS  the stream of entries, the journal's hash
-- ARGV  the id, how many entries at most
return {
  redis.call('HMGET', KEYS[2], 'identity', 'pruned', 'added'),
  #redis.call('XRANGE', KEYS[1], ARGV[1], ARGV[1]),
  redis.call('XRANGE', KEYS[1], '(' .. ARGV[1], '+', 'COUNT', ARGV[2]),
  redis.call('XLEN', KEYS[1]),
}
