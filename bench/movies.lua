-- Movies whose titles were never there before.
local stamp, count = tostring({}) .. os.time(), 0
request = function()
   count = count + 1
   wrk.headers["Content-Type"] = "application/json"
   return wrk.format("POST", nil, wrk.headers, '{"title":"' .. stamp .. " " .. count .. '","genre":"Short","expiry_date":"2031-05-17","release_year":2026}')
end
