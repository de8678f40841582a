// 06 · Backpressure: a slow reader stops the producer
// A search finds gigabytes, and its client reads from a train. Whoever collects the answer first holds all of it in memory, for as
// long as the train takes. And the search has run to its end for somebody who closes the page after the first screen.
// In TinyGrepServer: `Search/Answers/RunningSearch.cs` (StreamAsync: write a piece, then read on) and `Server/Wire/TimedStream.cs`,
// held by `LargeAnswersSpecs.All_of_a_dictionary_of_300_MB_arrives_whole_in_bounded_memory`.
// Exercise: a client who never reads holds a child, a socket and a turn for good. Where does the timer belong, and what does it close?

using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

const long Size = 64 << 20;
long made = 0, sent = 0, max = 0;

Console.WriteLine($"Naive, collect and send: {await TryAsync(CollectAsync)}");
Console.WriteLine($"Better, piece by piece:  {await TryAsync(PieceByPieceAsync)}");
Console.WriteLine("Gained: one piece in memory, whatever the answer. The client's pace has become the child's:");
Console.WriteLine("  both sockets full -> WriteAsync waits -> nobody reads the pipe -> it is full -> the child waits in write(2).");

async Task CollectAsync(Stream child, Stream client)
{
    using var all = new MemoryStream();
    var piece = new byte[64 << 10];
    while (await child.ReadAsync(piece) is > 0 and var read)
    {
        Made(read);
        all.Write(piece, 0, read);
    }
    await client.WriteAsync(all.GetBuffer().AsMemory(0, (int)all.Length));
    sent += all.Length;
}

async Task PieceByPieceAsync(Stream child, Stream client)
{
    var piece = new byte[64 << 10];
    while (await child.ReadAsync(piece) is > 0 and var read)
    {
        Made(read);
        await client.WriteAsync(piece.AsMemory(0, read)); // the whole of backpressure is that this is awaited
        sent += read;
    }
}

void Made(int bytes)
{
    made += bytes;
    max = Math.Max(max, made - sent);
}

async Task<string> TryAsync(Func<Stream, Stream, Task> answer)
{
    (made, sent, max) = (0, 0, 0);
    using var port = new TcpListener(IPAddress.Loopback, 0);
    port.Server.SendBufferSize = 64 << 10; // else the kernel alone would take some megabytes for a client that reads nothing
    port.Start();
    using var client = new TcpClient { ReceiveBufferSize = 64 << 10 };
    await client.ConnectAsync((IPEndPoint)port.LocalEndpoint);
    using var server = await port.AcceptTcpClientAsync();
    var head = new ProcessStartInfo("head", ["-c", $"{Size}", "/dev/zero"]) { RedirectStandardOutput = true }; // stands for a grep
    using var child = Process.Start(head)!;
    var answering = AnswerAsync();

    var unread = -1L;
    while (made == 0 || unread != Volatile.Read(ref made)) // until it stands still: all is made, or the child waits
    {
        unread = Volatile.Read(ref made);
        for (var waits = 0; waits < 8; waits++) await Task.Delay(50); // if all stands still, that costs one wait of eight
    }
    var (buffer, got) = (new byte[64 << 10], 0L);
    while (await client.GetStream().ReadAsync(buffer) is > 0 and var read) got += read;
    await answering;
    return $"{unread >> 10} KiB made for a client who does not read, {max >> 10} KiB held; at last {got >> 20} of {Size >> 20} MiB came.";

    async Task AnswerAsync()
    {
        await answer(child.StandardOutput.BaseStream, server.GetStream());
        server.Close();
    }
}
