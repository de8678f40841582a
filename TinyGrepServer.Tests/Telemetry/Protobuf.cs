// Just enough of protobuf's wire format to read what an OTLP exporter sends: tags, varints, fixed numbers, lengths.

using System.Buffers.Binary;
using System.Text;

namespace TinyGrepServer.Tests.Telemetry;

/// <summary>A message as its fields, in order.</summary>
internal sealed class Protobuf
{
    readonly List<(int Number, ulong Value, byte[] Bytes)> fields = [];

    public Protobuf(ReadOnlySpan<byte> message)
    {
        while (!message.IsEmpty)
        {
            var tag = Varint(ref message);
            var value = 0UL;
            byte[] bytes = [];
            switch (tag & 7)
            {
                case 0: value = Varint(ref message); break;
                case 1: value = BinaryPrimitives.ReadUInt64LittleEndian(message); message = message[8..]; break;
                case 2: var length = (int)Varint(ref message); bytes = message[..length].ToArray(); message = message[length..]; break;
                case 5: value = BinaryPrimitives.ReadUInt32LittleEndian(message); message = message[4..]; break;
                default: throw new FormatException($"wire type {tag & 7}");
            }
            fields.Add(((int)(tag >> 3), value, bytes));
        }
    }

    public IEnumerable<Protobuf> Messages(int number) =>
        fields.Where(field => field.Number == number).Select(field => new Protobuf(field.Bytes));

    public string Text(int number) => Encoding.UTF8.GetString(Bytes(number));

    public string Hex(int number) => Convert.ToHexStringLower(Bytes(number));

    public ulong Number(int number) => fields.FirstOrDefault(field => field.Number == number).Value;

    /// <summary>OTLP's KeyValue lists: key 1, value 2, which is a text 1, bool 2, integer 3 or double 4.</summary>
    public Dictionary<string, string> Attributes(int number) =>
        Messages(number).ToDictionary(pair => pair.Text(1), pair => pair.Messages(2).Single().AnyValue());

    public string AnyValue() => fields.Single() is var one && one.Number == 1 ? Encoding.UTF8.GetString(one.Bytes)
        : one.Number == 4 ? $"{BitConverter.UInt64BitsToDouble(one.Value)}" : $"{(long)one.Value}";

    byte[] Bytes(int number) => fields.FirstOrDefault(field => field.Number == number).Bytes ?? [];

    static ulong Varint(ref ReadOnlySpan<byte> message)
    {
        var value = 0UL;
        for (var shift = 0; ; shift += 7)
        {
            var one = message[0];
            message = message[1..];
            value |= (ulong)(one & 0x7f) << shift;
            if (one < 0x80) return value;
        }
    }
}
