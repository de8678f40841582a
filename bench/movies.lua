-- Movies whose titles were never there before.
local stamp, count = tostring({}) .. os.time(), 0
request = function()
   count = count + 1
   wrk.headers["Content-Type"] = "application/json"
   local title = stamp .. " " .. count
   local rest = '"genre":"Short","expiry_date":"2031-05-17","release_year":2026'
   return wrk.format("POST", nil, wrk.headers, '{"title":"' .. title .. '",' .. rest .. "}")
end
