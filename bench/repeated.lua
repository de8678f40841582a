-- wrk script: always the same question of the first API, over sixty.txt.
local question

function init(arguments)
  question = wrk.format("POST", "/api/v1/json", nil, '{"action":"search","term":"queue","dictionary":"sixty.txt"}')
end

function request()
  return question
end
