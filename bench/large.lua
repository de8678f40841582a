-- wrk script: distinct questions whose answers are large (some 100 KB each), over sixty.txt.
local number = 0

function request()
  number = number + 1
  local context = string.format("before=1&after=%d&context=%d", number % 1000, number / 1000)
  return wrk.format("GET", "/api/v1/search?q=e&limit=10000&dictionary=sixty.txt&" .. context)
end
