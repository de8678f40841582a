-- Texts that were never there before.
local stamp, count = tostring({}) .. os.time(), 0
request = function()
   count = count + 1
   return wrk.format("POST", "/messages", { ["Content-Type"] = "application/json" }, '{"message":"' .. stamp .. " " .. count .. '"}')
end
