-- Measures the time to an answer: a client that gets no JSON asks again, and its clock goes on. Start it with one connection a
-- thread; each answer's milliseconds are appended to the file named by RELAY_TIMES.
local ffi = require("ffi")
ffi.cdef [[ typedef struct { long sec; long nsec; } relay_time; int clock_gettime(int, relay_time *); ]]
local clock = ffi.new("relay_time")
local times, asked = nil, nil

local function milliseconds()
    ffi.C.clock_gettime(1, clock)
    return tonumber(clock.sec) * 1000 + tonumber(clock.nsec) / 1e6
end

function request()
    asked = asked or milliseconds()
    return wrk.format("GET", "/api/smart?timeout=10000")
end

function response(status)
    if status ~= 200 then return end
    times = times or io.open(os.getenv("RELAY_TIMES"), "a")
    times:write(string.format("%.1f\n", milliseconds() - asked))
    times:flush()
    asked = nil
end
