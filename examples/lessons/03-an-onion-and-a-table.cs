// 03 · An onion of middleware over one route table
// A handler of ifs knows the paths, the manual knows them again, and soon the two disagree. A wrong method looks like a wrong path.
// Errors, ids and logs belong to every request, and are forgotten in the one handler that was written in a hurry.
// In TinyGrepServer: `Server/Pipeline.cs` (the order, with its reasons) and `Server/Router.cs`,
// held by `RouterSpecs.A_miss_says_what_would_have_fitted` and `SchemaSpecs.Every_route_is_in_it_and_nothing_else`.
// Exercise: write a layer that refuses a path of more than 8,192 characters with 414. Where in the list does it belong?

var routes = new List<Route>();
routes.AddRange(
[
    new("GET", "/hello", "Greets.", _ => new(200, "Hello!")),
    new("POST", "/notes", "Keeps a note.", _ => new(201, "Kept.")),
    new("GET", "/fail", "Has a bug.", _ => throw new InvalidOperationException("a bug")),
    new("GET", "/manual", "This list.", _ => new(200, string.Join('\n', routes.Select(r => $"{r.Method} {r.Path} {r.Summary}")))),
]);
var nextId = 0;

Console.WriteLine($"Naive, ifs:                     {Kept(Ifs)}");
Console.WriteLine($"Naive, layers in another order: {Kept(Onion([Errors, Ids]))}");
Console.WriteLine($"Better, table and onion:        {Kept(Onion([Ids, Errors]))}");
Console.WriteLine("Gained: whoever adds a route writes one line, and every promise holds for it, too.");

// The router is the innermost layer. On a miss it looks again: was it the path, or only the method?
Reply Dispatch(Request asked)
{
    var here = routes.Where(route => route.Path == asked.Path).ToList();
    if (here.Find(route => route.Method == asked.Method) is { } found) return found.Answer(asked);
    if (here.Count == 0) return new Reply(404, $"No page {asked.Path}.");
    var allowed = string.Join(", ", here.Select(route => route.Method));
    return new Reply(405, $"{asked.Path} answers {allowed}.") { Allow = allowed };
}

// A layer takes what answers and gives what answers. The first of the list sees the request first and the reply last.
Handler Onion(IReadOnlyList<Func<Handler, Handler>> outermostFirst) =>
    outermostFirst.Reverse().Aggregate((Handler)Dispatch, (next, layer) => layer(next));

Handler Ids(Handler next) => asked => next(asked) with { Id = ++nextId };

static Handler Errors(Handler next) => asked =>
{
    try { return next(asked); }
    catch (InvalidOperationException) { return new Reply(500, "Something went wrong on our side."); }
};

static Reply Ifs(Request asked)
{
    if (asked is ("GET", "/hello")) return new Reply(200, "Hello!") { Id = 1 };
    if (asked is ("POST", "/notes")) return new Reply(201, "Kept."); // written in a hurry
    if (asked is ("GET", "/fail")) throw new InvalidOperationException("a bug");
    if (asked is ("GET", "/manual")) return new Reply(200, "GET /hello: Greets.") { Id = 2 };
    return new Reply(404, "No such page.") { Id = 3 };
}

string Kept(Handler answer)
{
    var manual = answer(new Request("GET", "/manual")).Body;
    (string Promise, bool Holds)[] promises =
    [
        ("a wrong method is told what would fit", answer(new Request("DELETE", "/notes")) is { Status: 405, Allow: "POST" }),
        ("a bug is a 500", Answered(new Request("GET", "/fail"))?.Status == 500),
        ("every reply has an id", routes.All(route => Answered(new Request(route.Method, route.Path))?.Id > 0)),
        ("the manual has every route", routes.All(route => manual.Contains($"{route.Method} {route.Path}"))),
    ];
    var broken = promises.Where(one => !one.Holds).Select(one => one.Promise).ToList();
    return $"{4 - broken.Count} of 4 promises kept{(broken.Count == 0 ? "" : $", not: {string.Join("; ", broken)}")}.";

    Reply? Answered(Request asked)
    {
        try { return answer(asked); } catch (InvalidOperationException) { return null; } // the client saw its connection close
    }
}

delegate Reply Handler(Request asked); // a real one returns a task; the shape is the same
record Request(string Method, string Path);
record Reply(int Status, string Body, string? Allow = null, int Id = 0);
record Route(string Method, string Path, string Summary, Handler Answer);
