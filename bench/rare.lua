-- One distinct rare literal after the other, from the file named by TERMS, each thread and run beginning somewhere else.
local terms = {}
for line in io.lines(os.getenv("TERMS")) do terms[#terms + 1] = line end
math.randomseed(os.time() + tonumber(tostring({}):match("0x(%x+)"), 16) % 100000)
local at = math.random(#terms)
function request()
    at = at % #terms + 1
    return wrk.format("GET", "/api/v1/search?q=" .. terms[at] .. "&limit=" .. (100 + math.random(900)))
end
