-- wrk script: every request is a question nobody has asked before, of the first API, over sixty.txt.
local number = 0

function init(arguments)
  math.randomseed(os.time() + tonumber(arguments[1] or "0"))
  number = math.random(1, 1000000000)
end

function request()
  number = number + 1
  return wrk.format("POST", "/api/v1/json", nil, string.format('{"action":"search","term":"queue%d","dictionary":"sixty.txt"}', number))
end
