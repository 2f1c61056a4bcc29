using MicroExpNet.Checkpoints;
using MicroExpNet.Models;

namespace MicroExpNet.Tests.Checkpoints;

/// <summary>Damaged checkpoints give the right weights, where the damage lies in what is not needed, or one line.</summary>
public sealed class CheckpointMutationTests : IDisposable
{
    private const int Mutations = 2000;

    private readonly string _folder = Directory.CreateTempSubdirectory("mexp-mutation").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("CK", ".index")]
    [InlineData("CK", ".data-00000-of-00001")]
    [InlineData("CK", "checkpoint")]
    [InlineData("OuluCASIA", ".index")]
    [InlineData("OuluCASIA", ".data-00000-of-00001")]
    [InlineData("OuluCASIA", "checkpoint")]
    public void Two_thousand_mutations_of_a_released_file_give_the_right_weights_or_one_line(string checkpoint, string ending)
    {
        string source = ReferenceData.Path($"seed-models/{checkpoint}");
        foreach (string file in Directory.GetFiles(source))
        {
            File.WriteAllBytes(Path.Combine(_folder, Path.GetFileName(file)), File.ReadAllBytes(file));
        }

        CheckMutations(Directory.GetFiles(_folder).Single(file => file.EndsWith(ending, StringComparison.Ordinal)), Mutations);
    }

    [Fact]
    public void Damage_under_a_valid_checksum_gives_the_right_weights_or_one_line()
    {
        new CheckpointFile { EntriesPerBlock = 5, RestartInterval = 2 }.AddNetwork(1152, 48).Write(_folder);
        ImportedCheckpoint whole = CheckpointImporter.Import(_folder);
        int survived = 0;
        for (int seed = 0; seed < Mutations; seed++)
        {
            Random random = new(seed);
            CheckpointFile damaged = new()
            {
                EntriesPerBlock = 5,
                RestartInterval = 2,
                Damage = block =>
                {
                    if (random.Next(4) == 0) block[random.Next(block.Length)] = (byte)random.Next(256);
                },
            };
            damaged.AddNetwork(1152, 48).Write(_folder);
            if (IsRightOrRefused(whole, checkWeights: false)) survived++;
        }

        Assert.InRange(survived, 1, Mutations - 1);
    }

    private void CheckMutations(string path, int count)
    {
        ImportedCheckpoint whole = CheckpointImporter.Import(_folder);
        byte[] original = File.ReadAllBytes(path);
        for (int seed = 0; seed < count; seed++)
        {
            File.WriteAllBytes(path, Mutate(original, new Random(seed)));
            IsRightOrRefused(whole, checkWeights: true);
        }
    }

    private bool IsRightOrRefused(ImportedCheckpoint whole, bool checkWeights)
    {
        ImportedCheckpoint imported;
        try
        {
            imported = CheckpointImporter.Import(_folder);
        }
        catch (Exception e) when (e is ModelFormatException or IOException)
        {
            Assert.DoesNotContain('\n', e.Message);
            return false;
        }

        if (!checkWeights) return true;
        foreach ((LayerParameters? expected, LayerParameters? actual) in whole.Model.Parameters.Zip(imported.Model.Parameters))
        {
            Assert.True(expected is null == actual is null);
            if (expected is null || actual is null) continue;
            Assert.True(expected.Weights.AsSpan().SequenceEqual(actual.Weights));
            Assert.True(expected.Biases.AsSpan().SequenceEqual(actual.Biases));
        }

        return true;
    }

    private static byte[] Mutate(byte[] original, Random random)
    {
        byte[] bytes = [.. original];
        int at = random.Next(bytes.Length);
        int length = Math.Min(random.Next(1, 64), bytes.Length - at);
        switch (random.Next(7))
        {
            case 0: bytes[at] ^= (byte)(1 << random.Next(8)); break;
            case 1: bytes[at] = (byte)random.Next(256); break;
            case 2: bytes.AsSpan(at, length).Clear(); break;
            case 3: random.NextBytes(bytes.AsSpan(at, length)); break;
            case 4: return bytes[..at];
            case 5: return [.. bytes[..at], (byte)random.Next(256), .. bytes[at..]];
            default: return [.. bytes[..at], .. bytes[(at + length)..]];
        }

        return bytes;
    }
}
