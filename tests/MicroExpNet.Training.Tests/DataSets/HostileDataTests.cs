using System.Diagnostics;
using System.IO.Compression;
using MicroExpNet.Tests;
using MicroExpNet.Training.DataSets;
using MicroExpNet.Training.Detection;

namespace MicroExpNet.Training.Tests.DataSets;

/// <summary>Archives, pictures, tables and links that are made to exhaust memory or time.</summary>
[Collection(nameof(HostileDataTests))]
[CollectionDefinition(nameof(HostileDataTests), DisableParallelization = true)]
public sealed class HostileDataTests : IDisposable
{
    private readonly DataFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Entries_that_unpack_to_more_than_the_limit_are_skipped_unread()
    {
        _folder.Pictures("happy/a.png", "sad/b.png");
        ZipFile.CreateFromDirectory(_folder.Root, $"{_folder.Root}.zip");
        try
        {
            using (ZipArchive archive = ZipFile.Open($"{_folder.Root}.zip", ZipArchiveMode.Update))
            {
                for (int i = 0; i < 8; i++)
                {
                    using Stream stream = archive.CreateEntry($"happy/bomb{i}.png", CompressionLevel.Fastest).Open();
                    for (int block = 0; block < 70; block++) stream.Write(new byte[1 << 20]);
                }
            }

            long before = GC.GetTotalAllocatedBytes(precise: true);
            FaceDataSet data = FaceDataSet.Load($"{_folder.Root}.zip", cancellationToken: TestContext.Current.CancellationToken);
            Assert.Equal(2, data.Samples.Length);
            Assert.Equal(8, data.Skipped.Count(one => one.Reason == "larger than 67 MB"));
            Assert.InRange(GC.GetTotalAllocatedBytes(precise: true) - before, 0, 50_000_000);
        }
        finally
        {
            File.Delete($"{_folder.Root}.zip");
        }
    }

    [Fact]
    public void An_entry_that_lies_about_its_length_is_skipped()
    {
        using MemoryStream endless = new(new byte[5000]);
        Assert.Equal(
            "larger than 0 MB",
            Assert.Throws<DataSetFormatException>(
            () => FileReading.ReadAll(endless, 10, 4000, TestContext.Current.CancellationToken)).Message);
    }

    [Fact]
    public void Pictures_that_unpack_to_too_many_pixels_are_skipped_undecoded()
    {
        byte[] bomb = File.ReadAllBytes(ReferenceData.Path("field/data/picture-bomb.png"));
        for (int i = 0; i < 20; i++) _folder.Write($"happy/bomb{i}.png", bomb);
        _folder.Pictures("happy/a.png");
        long before = GC.GetTotalAllocatedBytes(precise: true);
        FaceDataSet data = _folder.Load();
        Assert.Single(data.Samples);
        Assert.Equal(20, data.Skipped.Count(one => one.Reason.Contains("pixels", StringComparison.Ordinal)));
        PictureSet pictures = PictureSet.Load(_folder.Root, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(20, pictures.Skipped.Length);
        Assert.InRange(GC.GetTotalAllocatedBytes(precise: true) - before, 0, 100_000_000);
    }

    [Fact]
    public void Faces_of_more_than_the_limit_are_refused()
    {
        _folder.Pictures("happy/a.png", "happy/b.png", "sad/c.png");
        Assert.Contains(
            "more than 0 MB in memory", _folder.Refusal(options: new DataSetOptions { MaxBytes = 300 }), StringComparison.Ordinal);
        Assert.Equal(3, _folder.Load(options: new DataSetOptions { MaxBytes = 3 * 144 }).Samples.Length);
        string pixels = string.Join(' ', Enumerable.Repeat(7, 48 * 48));
        _folder.Write("fer.csv", $"emotion,pixels\n3,{pixels}\n4,{pixels}\n");
        Assert.Contains("in memory", _folder.Refusal("fer.csv", new DataSetOptions { MaxBytes = 3000 }), StringComparison.Ordinal);
    }

    [Fact]
    public void Links_are_followed_once()
    {
        if (OperatingSystem.IsWindows()) Assert.Skip("links take rights on Windows");
        using DataFolder elsewhere = new();
        elsewhere.Pictures("pool/x.png", "pool/y.png");
        _folder.Pictures("happy/a.png", "sad/b.png");
        Directory.CreateSymbolicLink(_folder["happy/up"], "..");
        Directory.CreateSymbolicLink(_folder["sad/up"], _folder.Root);
        Directory.CreateSymbolicLink(_folder["sad/happy"], "../happy");
        File.CreateSymbolicLink(_folder["sad/again.png"], "b.png");
        Directory.CreateSymbolicLink(_folder["fear"], elsewhere["pool"]);
        Directory.CreateSymbolicLink(_folder["surprise"], elsewhere["pool"]);
        File.CreateSymbolicLink(_folder["happy/x.png"], elsewhere["pool/x.png"]);
        File.CreateSymbolicLink(_folder["happy/loop.png"], "loop.png");
        FaceDataSet data = _folder.Load();
        Assert.Equal(["fear/x.png", "fear/y.png", "happy/a.png", "sad/b.png"], data.Samples.Select(sample => sample.Name));
        Assert.Equal(6, data.Skipped.Count(one => one.Reason == "listed already under another name"));
        Assert.Equal("happy/loop.png", Assert.Single(data.Skipped, one => one.Reason == "a link that leads nowhere").Name);
    }

    [Fact]
    public void A_link_to_a_folder_around_the_root_lists_nothing_twice()
    {
        if (OperatingSystem.IsWindows()) Assert.Skip("links take rights on Windows");
        _folder.Pictures("data/happy/a.png", "data/sad/b.png", "fear/c.png");
        Directory.CreateSymbolicLink(_folder["data/sad/up"], "../..");
        FaceDataSet data = _folder.Load("data");
        Assert.Equal(["happy/a.png", "sad/b.png", "sad/up/fear/c.png"], data.Samples.Select(sample => sample.Name));
    }

    [Fact]
    public void A_root_that_is_a_link_itself_is_read()
    {
        if (OperatingSystem.IsWindows()) Assert.Skip("links take rights on Windows");
        _folder.Pictures("data/happy/a.png");
        Directory.CreateSymbolicLink(_folder["link"], "data");
        Assert.Equal("happy/a.png", Assert.Single(_folder.Load("link").Samples).Name);
    }

    [Fact]
    public void Fifos_and_empty_files_are_passed_over()
    {
        if (!OperatingSystem.IsLinux()) Assert.Skip("mkfifo is Linux's");
        _folder.Pictures("happy/a.png");
        _folder.Write("happy/empty.png", "");
        using (Process process = Process.Start("mkfifo", [_folder["happy/fifo.png"]])) process.WaitForExit();
        _folder.Write("labels.csv", "path,label\nhappy/a.png,happy\nhappy/fifo.png,happy\n/dev/zero,happy\n");
        FaceDataSet folder = _folder.Load(), table = _folder.Load("labels.csv");
        Assert.Single(folder.Samples);
        Assert.Equal(["happy/empty.png", "happy/fifo.png"], Skipped(folder));
        Assert.Single(table.Samples);
        Assert.Equal(["/dev/zero", "happy/fifo.png"], Skipped(table));
        Assert.Contains("no ordinary file", _folder.Refusal("happy/fifo.png"), StringComparison.Ordinal);

        static IEnumerable<string> Skipped(FaceDataSet data) =>
            data.Skipped.Where(one => one.Reason == "empty, or no ordinary file").Select(one => one.Name).Order(StringComparer.Ordinal);
    }

    [Fact]
    public void A_line_without_end_is_refused()
    {
        _folder.Write("labels.csv", $"path,label\na.png,{new string('x', 20_000_000)}\n");
        Assert.Contains("a row of more than", _folder.Refusal("labels.csv"), StringComparison.Ordinal);
        _folder.Write("labels.txt", $"a.png happy {new string('x', 20_000_000)}");
        Assert.InRange(_folder.Refusal("labels.txt").Length, 1, 500);
    }

    [Fact]
    public void Many_folders_and_classes_take_time_in_proportion_to_their_number()
    {
        using MemoryStream memory = new();
        using (ZipArchive archive = new(memory, ZipArchiveMode.Create, leaveOpen: true))
        {
            byte[] picture = DataFolder.Image("a").EncodePng();
            for (int i = 0; i < 20_000; i++)
            {
                archive.CreateEntry($"class {i}/");
                using Stream stream = archive.CreateEntry($"class {i}/a.png", CompressionLevel.NoCompression).Open();
                stream.Write(picture);
            }
        }

        _folder.Write("many.zip", memory.ToArray());
        Stopwatch watch = Stopwatch.StartNew();
        Assert.Equal(20_000, _folder.Load("many.zip").Labels.Length);
        Assert.InRange(watch.Elapsed.TotalSeconds, 0, 30);
    }

    [Fact]
    public void Reading_stops_when_it_is_cancelled()
    {
        _folder.Pictures("happy/a.png", "sad/b.png");
        _folder.Write("labels.csv", "happy/a.png,happy\nsad/b.png,sad\n");
        CancellationToken cancelled = new(canceled: true);
        Assert.ThrowsAny<OperationCanceledException>(() => FaceDataSet.Load(_folder.Root, cancellationToken: cancelled));
        Assert.ThrowsAny<OperationCanceledException>(() => FaceDataSet.Load(_folder["labels.csv"], cancellationToken: cancelled));
        Assert.ThrowsAny<OperationCanceledException>(() => PictureSet.Load(_folder.Root, cancellationToken: cancelled));
    }

    [Fact]
    public void Pictures_of_formats_that_are_not_read_are_named()
    {
        _folder.Pictures("happy/a.png");
        _folder.Write("happy/b.tiff", "II*");
        _folder.Write("sad/c.HEIC", "heic");
        FaceDataSet data = _folder.Load();
        Assert.Contains(
            data.Skipped, one => one is { Name: "happy/b.tiff", Reason: ".tiff is not read; convert it to PNG or JPEG", IsFault: true });
        Assert.Contains(data.Skipped, one => one is { Name: "sad/c.HEIC", Reason: ".heic is not read; convert it to PNG or JPEG" });
        File.Delete(_folder["happy/a.png"]);
        Assert.Contains("2 of its 2 files are pictures of formats that are not read", _folder.Refusal(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_picture_whose_last_bytes_are_missing_is_used_with_a_warning()
    {
        _folder.Write("happy/cut.jpg", File.ReadAllBytes(ReferenceData.Path("field/noeoi.jpg")));
        FaceDataSet data = _folder.Load();
        Assert.Equal("happy/cut.jpg", Assert.Single(data.Samples).Name);
        Assert.StartsWith("happy/cut.jpg: ", Assert.Single(data.Warnings), StringComparison.Ordinal);
        PictureSet pictures = PictureSet.Load(_folder.Root, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Single(pictures.Pictures);
        Assert.Empty(pictures.Skipped);
    }

    [Fact]
    public void An_archive_with_paths_upwards_is_read_in_memory_alone()
    {
        FaceDataSet data = FaceDataSet.Load(
            ReferenceData.Path("field/data/traverse.zip"), cancellationToken: TestContext.Current.CancellationToken);
        Assert.Contains(data.Samples, sample => sample.Name == "happy/e.png");
        Assert.DoesNotContain(data.Samples, sample => sample.Name.StartsWith("..", StringComparison.Ordinal));
        Assert.False(Directory.Exists("/tmp/rel/bombs/ESCAPED2"));
    }
}
