namespace MicroExpNet.Fuzz;

/// <summary>Random damage to bytes of any format.</summary>
internal static class ByteMutation
{
    /// <summary>A damaged copy.</summary>
    /// <param name="random">Decides the damage.</param>
    /// <param name="bytes">The original.</param>
    /// <param name="head">Bytes at the beginning, as often damaged as all the rest.</param>
    public static byte[] Apply(Random random, byte[] bytes, int head = 256)
    {
        List<byte> copy = [.. bytes];
        for (int times = random.Next(1, 9); times > 0 && copy.Count > 0; times--)
        {
            int at = random.Next(2) == 0 ? random.Next(copy.Count) : random.Next(Math.Min(head, copy.Count)), length = random.Next(1, 9);
            switch (random.Next(6))
            {
                case 0:
                    copy[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    copy[at] = (byte)random.Next(256);
                    break;
                case 2:
                    copy.RemoveRange(at, Math.Min(random.Next(8) == 0 ? copy.Count : length, copy.Count - at));
                    break;
                case 3:
                    copy.InsertRange(at, copy.GetRange(at, Math.Min(length, copy.Count - at)));
                    break;
                case 4:
                    byte[] number = BitConverter.GetBytes(HostileNumbers.Integer(random));
                    if (random.Next(2) == 0) Array.Reverse(number);
                    for (int i = 0; i < Math.Min(4, copy.Count - at); i++) copy[at + i] = number[random.Next(2) == 0 ? i : i + 4];
                    break;
                default:
                    int from = random.Next(copy.Count);
                    for (int i = 0; i < length && at + i < copy.Count && from + i < copy.Count; i++) copy[at + i] = copy[from + i];
                    break;
            }
        }

        return [.. copy];
    }
}
