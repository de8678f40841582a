-- wrk script: always the same question of the first API, over sixty.txt. Made once, so that wrk costs what it costs for a GET.
wrk.method = "POST"
wrk.body = '{"action":"search","term":"queue","dictionary":"sixty.txt"}'
wrk.path = "/api/v1/json"
