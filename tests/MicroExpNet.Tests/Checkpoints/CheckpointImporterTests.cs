using CsCheck;
using MicroExpNet.Architectures;
using MicroExpNet.Checkpoints;
using MicroExpNet.Models;

namespace MicroExpNet.Tests.Checkpoints;

public sealed class CheckpointImporterTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("mexp-checkpoint").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void The_checksum_is_crc32c_as_tensorflow_masks_it()
    {
        // "123456789" has CRC-32C e3069283 (RFC 3720's polynomial); masking rotates it right by 15 and adds a282ead8.
        Assert.Equal(unchecked(((0xe3069283u >> 15) | (0xe3069283u << 17)) + 0xa282ead8u), Crc32C.Masked("123456789"u8));
    }

    [Theory]
    [InlineData("CK", "CK+")]
    [InlineData("OuluCASIA", "Oulu-CASIA")]
    public void A_released_checkpoint_is_microexpnet_with_its_card(string name, string data)
    {
        ImportedCheckpoint imported = CheckpointImporter.Import(ReferenceData.Path($"seed-models/{name}"));
        Assert.Equal("microexpnet", imported.Model.Architecture.Name);
        Assert.Equal(65_000, imported.Model.Architecture.ParameterCount);
        Assert.Equal(["wc1", "bc1", "wc2", "bc2", "wfc", "bfc", "wo", "bo"], imported.Taken.Select(variable => variable.Name));
        Assert.Equal([8L, 8, 1, 16], imported.Taken[0].Shape);
        Assert.NotEmpty(imported.PassedOver);
        Assert.Contains("Adam", string.Join(' ', imported.PassedOver), StringComparison.Ordinal);
        Assert.Equal(
            (1f, 0f, FaceCrop.Original, data, "MIT"),
            (imported.Model.Card.PixelScale, imported.Model.Card.PixelOffset, imported.Model.Card.FaceCrop,
                imported.Model.Card.TrainingData, imported.Model.Card.License));
        Assert.Single(imported.Notes);
    }

    [Fact]
    public void A_folder_a_prefix_an_index_and_a_data_file_name_the_same_checkpoint()
    {
        string prefix = Network(1152, 48).Write(_folder);
        foreach (string path in (string[])[_folder, _folder + "/", prefix, prefix + ".index", prefix + ".data-00000-of-00001",
            Path.Combine(_folder, "checkpoint")])
        {
            Assert.Equal("microexpnet", CheckpointImporter.Import(path).Model.Architecture.Name);
        }

        // The path of the machine that trained, and a folder that has lost its checkpoint file.
        File.WriteAllText(Path.Combine(_folder, "checkpoint"), "model_checkpoint_path: \"/home/somebody/runs/model\"\n");
        Assert.Equal("microexpnet", CheckpointImporter.Import(_folder).Model.Architecture.Name);
        File.Delete(Path.Combine(_folder, "checkpoint"));
        Assert.Equal("microexpnet", CheckpointImporter.Import(_folder).Model.Architecture.Name);
    }

    [Theory]
    [InlineData(1, 100, 16)]
    [InlineData(3, 4, 2)]
    [InlineData(5, 1, 1)]
    [InlineData(2, 7, 100)]
    public void Blocks_restart_points_and_data_files_may_be_any_number(int shards, int entriesPerBlock, int restartInterval)
    {
        CheckpointFile file = new() { Shards = shards, EntriesPerBlock = entriesPerBlock, RestartInterval = restartInterval };
        file.AddNetwork(1152, 48).Write(_folder);
        ImportedCheckpoint imported = CheckpointImporter.Import(_folder);
        Assert.Equal(file.Values("wfc"), imported.Model.Parameters[7]!.Weights);
        Assert.Equal(file.Values("bo"), imported.Model.Parameters[^1]!.Biases);
        Assert.Equal(17, imported.PassedOver.Count);
    }

    [Fact]
    public void Any_tensors_in_any_blocks_are_read_back() =>
        Gen.Select(Gen.Int[1, 6], Gen.Int[1, 30], Gen.Int[1, 20], Gen.String[Gen.Char["ab/_é"], 1, 12].Array[0, 20]).Sample(
            (shards, entriesPerBlock, restartInterval, others) =>
            {
                string folder = Directory.CreateTempSubdirectory("mexp-table").FullName;
                CheckpointFile file = new() { Shards = shards, EntriesPerBlock = entriesPerBlock, RestartInterval = restartInterval };
                file.AddNetwork(1152, 48);
                foreach (string other in others) file.Add("other/" + other, 3);
                file.Write(folder);
                ImportedCheckpoint imported = CheckpointImporter.Import(folder);
                Directory.Delete(folder, recursive: true);
                Assert.Equal(file.Values("wc2"), imported.Model.Parameters[3]!.Weights);
                Assert.Equal(17 + others.Distinct().Count(), imported.PassedOver.Count);
            },
            iter: 40);

    [Theory]
    [InlineData(3872, 256, "v", "v-s1", 84)]
    [InlineData(3872, 64, "p1", "p1-s4", 84)]
    [InlineData(1152, 96, "p2", "p2-s8", 84)]
    [InlineData(1152, 768, "p12", "p12-s1", 84)]
    [InlineData(1152, 48, "p2", "p2-s16", 84)]
    [InlineData(1152, 48, "microexpnet", "microexpnet", 84)]
    public void The_squeeze_coefficient_is_told_from_the_shapes(long features, long hidden, string architecture, string name, int size)
    {
        Network(features, hidden).Write(_folder);
        Architecture told = CheckpointImporter.Import(_folder, new ImportOptions { Architecture = architecture }).Model.Architecture;
        Assert.Equal((name, size, size), (told.Name, told.Input.Height, told.Input.Width));
    }

    [Fact]
    public void What_the_shapes_leave_open_is_asked_for()
    {
        // v and p1 differ in stride and pool alone, which no tensor shows.
        Network(3872, 128).Write(_folder);
        Assert.Contains(
            "v (squeeze 2) and p1 (squeeze 2) have the same shapes; say which it is with --architecture", Refusal(),
            StringComparison.Ordinal);
        Network(3 * 3 * 32, 48).Write(_folder);
        Assert.Contains(
            "fits several input sizes (p2 from 33 to 48; p12 from 33 to 48); give --input-size", Refusal(), StringComparison.Ordinal);
        Architecture told = CheckpointImporter.Import(
            _folder, new ImportOptions { InputHeight = 40, InputWidth = 40, Architecture = "microexpnet" }).Model.Architecture;
        Assert.Equal(("microexpnet", new TensorShape(40, 40, 1)), (told.Name, told.Input));
        ImportOptions original = new() { InputHeight = 84, InputWidth = 84 };
        Assert.EndsWith("expected those of v, p1, p2 or p12 at an input of 84×84", Refusal(original), StringComparison.Ordinal);
        ImportOptions largest = new() { InputHeight = 84, InputWidth = 84, Architecture = "v" };
        Assert.EndsWith("expected those of v at an input of 84×84", Refusal(largest), StringComparison.Ordinal);
        new CheckpointFile().AddNetwork(1152, 48, classes: 7).Write(_folder);
        Assert.Contains("7 classes, not the eight expressions; name them with --labels", Refusal(), StringComparison.Ordinal);
        Assert.Contains("7 classes, but 2 labels are given", Refusal(new ImportOptions { Labels = ["a", "b"] }), StringComparison.Ordinal);
        Assert.Equal(
            7,
            CheckpointImporter.Import(
                _folder, new ImportOptions { Labels = ["a", "b", "c", "d", "e", "f", "g"] }).Model.Architecture.Labels.Length);
        Assert.Throws<ArgumentException>(() => CheckpointImporter.Import(_folder, new ImportOptions { Architecture = "resnet" }));
    }

    [Fact]
    public void A_rectangular_input_is_taken_where_it_is_given()
    {
        Network(3 * 6 * 32, 48).Write(_folder);
        TensorShape input = CheckpointImporter.Import(
            _folder, new ImportOptions { InputHeight = 48, InputWidth = 90, Architecture = "p12" }).Model.Architecture.Input;
        Assert.Equal(new TensorShape(48, 90, 1), input);
    }

    [Fact]
    public void What_is_odd_is_refused_with_one_line_that_names_the_tensor()
    {
        Check(Network(1152, 48).Remove("bc2"), "model.index: tensor 'bc2' is missing; it holds bc1,");
        Check(Network(1152, 48).Add("wc1", 5, 5, 1, 16), "tensor 'wc1' has shape [5,5,1,16]; expected [8,8,1,16]");
        Check(Network(1152, 48).Add("wo", 40, 8), "tensor 'wo' has shape [40,8]; expected [48, classes]");
        Check(Network(1152, 48).Add("bfc", 47), "tensor 'bfc' has shape [47]; expected [48]");
        Check(
            new CheckpointFile { Entry = name => (name == "wfc" ? 2 : 1, false) }.AddNetwork(1152, 48),
            "tensor 'wfc': its type is TensorFlow's number 2; expected 1, float32");
        Check(new CheckpointFile { Entry = name => (1, name == "wo") }.AddNetwork(1152, 48), "tensor 'wo': it is stored in slices");
        Check(new CheckpointFile { BigEndian = true }.AddNetwork(1152, 48), "its tensors are big endian");
        Check(new CheckpointFile { Compression = 1 }.AddNetwork(1152, 48), "a block compressed with Snappy");
        CheckpointFile infinite = Network(1152, 48);
        infinite.Values("bc1")[3] = float.NaN;
        Check(infinite, "tensor 'bc1' holds NaN at index 3");
        Check(Network(1000, 48), "1000 features and a width of 48; expected those of v, p1, p2 or p12 at any square input");

        void Check(CheckpointFile file, string expected)
        {
            file.Write(_folder);
            Assert.Contains(expected, Refusal(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Keys_longer_than_any_variable_are_refused()
    {
        string prefix = new CheckpointFile().AddNetwork(1152, 48).Add(new string('x', 5000), 1).Write(_folder);
        ModelFormatException e = Assert.Throws<ModelFormatException>(() => CheckpointImporter.Import(prefix));
        Assert.Contains("a key of 5000 bytes; expected at most 1024", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_cut_short_or_missing_is_refused_with_one_line_that_names_the_file()
    {
        string prefix = Network(1152, 48).Write(_folder);
        string data = prefix + ".data-00000-of-00001";
        byte[] whole = File.ReadAllBytes(data);
        File.WriteAllBytes(data, whole[..1000]);
        Assert.Matches("data-00000-of-00001: tensor '.*' lies at offset .*; it is cut short", Refusal());
        File.Delete(data);
        Assert.Contains(
            "data-00000-of-00001: there is no such file; tensor",
            Assert.Throws<FileNotFoundException>(() => CheckpointImporter.Import(_folder)).Message, StringComparison.Ordinal);
        File.WriteAllText(prefix + ".index", "nothing of the kind, but long enough to have a footer at its end");
        Assert.Contains("model.index: no table of TensorFlow, or cut short", Refusal(), StringComparison.Ordinal);
        File.WriteAllText(prefix + ".index", "");
        Assert.Contains("only 0 bytes", Refusal(), StringComparison.Ordinal);
        File.Delete(prefix + ".index");
        Assert.Contains("it names the checkpoint 'model', but there is no 'model.index'", Refusal(), StringComparison.Ordinal);
        Assert.Contains(
            "there is no such checkpoint",
            Assert.Throws<FileNotFoundException>(
                () => CheckpointImporter.Import(Path.Combine(_folder, "no"))).Message, StringComparison.Ordinal);
    }

    private static CheckpointFile Network(long features, long hidden) => new CheckpointFile().AddNetwork(features, hidden);

    private string Refusal(ImportOptions? options = null)
    {
        ModelFormatException e = Assert.Throws<ModelFormatException>(() => CheckpointImporter.Import(_folder, options));
        Assert.DoesNotContain('\n', e.Message);
        return e.Message;
    }
}
